"""Alerts and dashboard ask only for what the server tells."""

import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

import carts.metrics  # noqa: F401
from config.metrics import MEANINGS

DEPLOY = Path(__file__).parents[2] / "deploy"
FROM_DATABASE = {"smartcart_" + re.sub("_s$", "_seconds", name) for name in MEANINGS}


def told() -> set[str]:
    names = {family.name for family in REGISTRY.collect()} | FROM_DATABASE
    return {name + suffix for name in names for suffix in ("", "_total", "_bucket", "_sum", "_count")}


def asked(expressions: list[str]) -> set[str]:
    return {name for expression in expressions for name in re.findall(r"smartcart_\w+", expression)}


@pytest.mark.parametrize("file", ["alerts.yml", "grafana-dashboard.json"])
def test_every_series_asked_for_exists(file: str) -> None:
    text = (DEPLOY / file).read_text()
    if file.endswith("json"):
        expressions = [target["expr"] for panel in json.loads(text)["panels"] for target in panel["targets"]]
    else:
        expressions = [rule["expr"] for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]

    assert asked(expressions) != set()
    assert asked(expressions) - told() == set()


def test_every_alert_says_what_to_do() -> None:
    groups = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]

    assert all(rule["annotations"]["runbook"] for group in groups for rule in group["rules"])
