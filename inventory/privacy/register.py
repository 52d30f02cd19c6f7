"""The register of all apps: every model's fields, each in one class."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.module_loading import module_has_submodule

from inventory.privacy.classes import DataClass, Fields


@cache
def register() -> Mapping[str, Fields]:
    """By model (`app.Model`): what every installed app says in its `privacy` module."""
    return MappingProxyType(parts("FIELDS"))


def class_of(fields: Fields) -> dict[str, DataClass]:
    """By field: its class. The first one counts where a field stands twice; `faults` tells of it."""
    classes: dict[str, DataClass] = {}
    for kind, names in fields.classes.items():
        for name in names.split():
            classes.setdefault(name, kind)
    return classes


def faults(models: list[type[Model]] | None = None) -> list[str]:
    """What is wrong with the register, a line each: fields in no class, in two, and names that are no field."""
    known = register()
    wrong: list[str] = []
    asked = apps.get_models() if models is None else models
    for model in asked:
        wrong += _faults(model, known.get(model._meta.label, Fields({})))
    if models is None:
        wrong += [f"{label}: there is no such model" for label in known if label not in _labels(asked)]
    return wrong


def about_shoppers() -> Iterator[tuple[type[Model], Fields]]:
    """The models whose rows lead to a trip, and so to a shopper."""
    for label, fields in register().items():
        if fields.trip:
            yield apps.get_model(label), fields


def parts(name: str) -> dict[str, Any]:
    """What the apps' `privacy` modules add under this name: EXPORTS, FINDERS, ERASERS."""
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "privacy"):
            found |= getattr(import_module(f"{config.name}.privacy"), name, {})
    return found


def _labels(models: Any) -> set[str]:
    return {model._meta.label for model in models}


def _faults(model: type[Model], fields: Fields) -> Iterator[str]:
    named = [name for names in fields.classes.values() for name in names.split()]
    real = {field.name for field in [*model._meta.local_fields, *model._meta.local_many_to_many]}
    label = model._meta.label
    yield from (f"{label}.{name} is in no class" for name in sorted(real - set(named)))
    yield from (f"{label}.{name} is no field" for name in sorted(set(named) - real))
    yield from (f"{label}.{name} is in two classes" for name in sorted({n for n in named if named.count(n) > 1}))
