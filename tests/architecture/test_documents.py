"""Documents are held against the code."""

import re
from pathlib import Path

import pytest

from carts.live.opening import CLOSE_CODES
from carts.protocol import closes, events
from carts.protocol.asyncapi import INBOUND, OUTBOUND, document

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()


@pytest.mark.parametrize("type_", [*INBOUND, *OUTBOUND], ids=lambda type_: type_.__name__)
def test_the_protocol_document_names_every_message_and_its_fields(type_: type) -> None:
    config = type_.__struct_config__  # type: ignore[attr-defined]
    row = next(line for line in PROTOCOL.splitlines() if line.startswith(f"| `{config.tag}` |"))

    missing = [name for name in type_.__struct_encode_fields__ if f"`{name}`" not in row]  # type: ignore[attr-defined]

    assert missing == []


@pytest.mark.parametrize("kind", events.KINDS)
def test_the_protocol_document_names_every_kind_of_event(kind: str) -> None:
    assert re.search(rf"^\| .*`{kind}`.* \|", PROTOCOL, re.MULTILINE)


@pytest.mark.parametrize("close", closes.Close)
def test_the_protocol_document_names_every_close_code(close: closes.Close) -> None:
    assert re.search(rf"^\| {int(close)} \|", PROTOCOL, re.MULTILINE)


@pytest.mark.parametrize("code", [*CLOSE_CODES.values(), "malformed", "gap", "conflict", "storage_unavailable"])
def test_the_protocol_document_names_every_error_code(code: str) -> None:
    assert f"`{code}`" in PROTOCOL


def test_the_asyncapi_document_refers_only_to_what_it_holds() -> None:
    made = document()

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    for reference in references(made):
        target: object = made
        for part in reference.removeprefix("#/").split("/"):
            assert isinstance(target, dict)
            target = target[part]


def test_links_between_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    broken = [
        f"{path.name}: {link}"
        for path in documents
        if path.exists()
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text())
        if not (path.parent / link).exists()
    ]

    assert broken == []
