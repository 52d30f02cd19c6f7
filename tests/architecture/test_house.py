"""The house's rules that an import linter can't see."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("config", "inventory", "carts", "checkout", "console")
LONGEST = 300
# What another app may import: changes, reads, refusals, nudges and signals, the pure packages, and models by name.
PUBLIC = {
    "inventory": {"services", "selectors", "errors", "access", "models", "problems", "barcodes", "pricing", "imaging",
                  "urls", "addresses", "sealing", "privacy"},
    "carts": {"services", "selectors", "errors", "models", "nudges", "signals", "authentication", "protocol",
              "reconciliation", "client", "simulator", "urls", "views", "consumers", "journal"},
    "checkout": {"services", "selectors", "errors", "models", "policy", "urls", "webhooks"},
}  # fmt: skip
# Entry points and set-up that legitimately handle every table.
EXEMPT = ("admin", "demo", "migrations")


def sources() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def imports(tree: ast.AST) -> Iterator[tuple[str, list[ast.alias]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.names


def foreign(path: Path) -> Iterator[tuple[str, str, list[ast.alias]]]:
    """(app, first part below it, names) of every import from another app."""
    own = path.relative_to(ROOT).parts[0]
    for module, names in imports(ast.parse(path.read_text())):
        app, _, rest = module.partition(".")
        if app in PUBLIC and app != own and rest:
            yield app, rest.split(".")[0], names


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_one_idea_in_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_apps_know_each_other_only_by_their_public_parts() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {app}.{part}"
        for path in sources()
        for app, part, _ in foreign(path)
        if part not in PUBLIC[app] and not set(path.parts) & set(EXEMPT)
    ]

    assert wrong == []


def test_models_of_another_app_are_named_but_never_queried_or_made() -> None:
    wrong = []
    for path in sources():
        if set(path.parts) & {*EXEMPT, "models"} or path.stem == "admin":
            continue
        tree = ast.parse(path.read_text())
        models = {alias.asname or alias.name for _, part, names in foreign(path) if part == "models" for alias in names}
        wrong += [
            f"{path.relative_to(ROOT)}:{node.lineno}: {node.value.id}.objects"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr == "objects"
            and isinstance(node.value, ast.Name)
            and node.value.id in models
        ]

    assert wrong == []


def test_the_top_level_is_what_the_owner_gave() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}

    assert folders - {"node_modules", "docs", "deploy"} == {*APPS, "tests"}
