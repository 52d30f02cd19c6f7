"""The policy page's form: a store's settings in a store manager's words and units, to and from `Store.policy`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from django import forms

from carts.reconciliation import Policy
from checkout.policy import Rules
from checkout.selectors.reviews import ReviewRules


class Setting(NamedTuple):
    """A field's place in `Store.policy`, and by what the page's number is multiplied to be stored."""

    part: str
    name: str
    factor: float = 1.0


SETTINGS: Mapping[str, Setting] = {
    "scan_s": Setting("reconciliation", "scan_grace_ms", 1000),
    "place_s": Setting("reconciliation", "place_grace_ms", 1000),
    "lift_s": Setting("reconciliation", "lift_grace_ms", 1000),
    "return_s": Setting("reconciliation", "return_grace_ms", 1000),
    "sure": Setting("reconciliation", "alarm_probability", 0.01),
    "review": Setting("reconciliation", "review_risk", 0.01),
    "budget": Setting("reconciliation", "alarm_budget"),
    "bag_g": Setting("reconciliation", "bag_limit_g"),
    "audit": Setting("checkout", "audit_share", 0.01),
    "camera_use": Setting("checkout", "camera_use"),
    "look_cost": Setting("checkout", "look_cost_minor"),
    "ask_cost": Setting("checkout", "ask_cost_minor"),
    "margin": Setting("checkout", "margin", 0.01),
    "tolerated": Setting("checkout", "tolerated_loss_minor"),
    "away": Setting("checkout", "away_tolerated_minor"),
    "absent": Setting("checkout", "away"),
    "second_over": Setting("reviews", "four_eyes_minor"),
    "second_refusal": Setting("reviews", "four_eyes_refusal"),
    "teach": Setting("reviews", "learn_pictures"),
    "phone": Setting("checkout", "phone_check_ceiling", 0.01),
}
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Patience", "How long shoppers may take before the cart speaks.", ("scan_s", "place_s", "lift_s", "return_s")),
    ("Strictness", "How sure the cart must be, and how often it may be wrong.", ("sure", "budget", "review", "bag_g")),
    ("Checks", "When a camera or a person looks.", ("camera_use", "audit", "tolerated", "phone")),
    ("Nobody on duty", "A doubt never passes by itself.", ("absent", "away")),
    ("Reviews", "Who decides, and what is learned from it.", ("second_over", "second_refusal", "teach")),
    ("What things cost", "A check is made when what may be lost is worth more.", ("margin", "look_cost", "ask_cost")),
)  # fmt: skip
CAMERAS = [
    ("always", "At doubts and at random"),
    ("doubts", "At doubts only"),
    ("never", "Never, a person looks"),
]
ABSENT = [
    ("wait", "The cart waits until someone is on duty"),
    ("page", "Staff are called by mail and webhook"),
    ("till", "A till checks the cart and takes the payment"),
]
CHOICES: Mapping[str, str] = dict([*CAMERAS, *ABSENT])


def _number(label: str, unit: str, help_text: str, least: float, most: float, step: float = 1) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": f"{step:g}", "inputmode": "decimal", "data-unit": unit})
    return forms.FloatField(label=label, help_text=help_text, min_value=least, max_value=most, widget=widget)


class PolicyForm(forms.Form):
    """All settings; those that are the preset's are not kept, so that the store follows it."""

    scan_s = _number("To scan what was put in first", "seconds", "From the last touch of placing.", 5, 60)
    place_s = _number("To put in what was scanned", "seconds", "", 25, 180)
    lift_s = _number("To take out what was taken off the list", "seconds", "", 25, 180)
    return_s = _number("To put back what was lifted out", "seconds", "To read a label, or to make room.", 6, 60)
    sure = _number(
        "The cart speaks when it is this sure", "%",
        "Lower finds more and bothers more honest shoppers. The budget below may raise it, never lower it.", 50, 98,
    )  # fmt: skip
    budget = _number(
        "False alarms for each hundred honest trips", "at most",
        "The cart keeps this by itself: it waits until it is surer when looks find too many false.", 0.05, 20, 0.05,
    )  # fmt: skip
    review = _number(
        "A sealed trip goes to a check at this risk", "%",
        "The chance that something is still wrong when the shopper wants to pay.", 5, 98,
    )  # fmt: skip
    bag_g = _number("An announced bag may weigh", "grams", "What is heavier is looked into.", 0, 10_000, 50)
    camera_use = forms.ChoiceField(label="Cameras look", choices=CAMERAS)
    audit = _number("Honest trips checked at random", "%", "A small share keeps everybody honest.", 0, 100, 0.1)
    tolerated = _number(
        "Doubts worth less are let go", "money", "At the cost of goods, with somebody on duty.", 0, 10_000
    )
    away = _number(
        "Doubts worth less are let go then", "money", "0 lets every doubt wait until somebody comes.", 0, 100_000
    )
    absent = forms.ChoiceField(label="While nobody is on duty", choices=ABSENT)
    second_over = _number(
        "A second person confirms from", "money", "Decisions on baskets of this sum or more. Empty: never.", 0, 100_000
    )
    second_over.required = False
    second_refusal = forms.BooleanField(label="A second person confirms every refusal", required=False)
    teach = forms.BooleanField(
        label="Confirmed packs become catalogue pictures", required=False,
        help_text="Cut to the pack, from a camera's picture of a review that a person decided.",
    )  # fmt: skip
    phone = _number("Trips by phone that are checked", "% at most", "A phone has no scale to tell.", 0, 100, 0.5)
    margin = _number("Margin", "%", "What is lost is the cost of goods.", 0, 100)
    look_cost = _number("A look by camera", "money", "With the shopper's wait in it.", 0, 10_000)
    ask_cost = _number("A check by a person", "money", "With the shopper's wait in it.", 0, 100_000)
    note = forms.CharField(label="Why", max_length=200, required=False, help_text="Stands in the history.")

    def __init__(self, data: Any = None, *, preset: Rules, exponent: int, settings: Mapping[str, Any]) -> None:
        self.units, self.exponent = 10.0**-exponent, exponent
        self.usual = {"reconciliation": msgspec.to_builtins(Policy()), "checkout": msgspec.to_builtins(preset)}
        self.usual["reviews"] = msgspec.to_builtins(ReviewRules())
        self.stored = settings
        super().__init__(data, initial={name: self._shown(name) for name in SETTINGS})
        for name, field in self.fields.items():
            if getattr(field.widget, "attrs", {}).get("data-unit") == "money":
                field.widget.attrs["step"] = f"{self.units:g}"
            if name in SETTINGS:
                field.widget.attrs["aria-describedby"] = f"help_{name}"

    def settings(self) -> dict[str, Any]:
        """The whole of `Store.policy`: what the form holds over what it does not know, without the preset's own."""
        parts: dict[str, Any] = {key: dict(value) for key, value in self.stored.items() if isinstance(value, Mapping)}
        parts |= {key: value for key, value in self.stored.items() if not isinstance(value, Mapping)}
        for name, (part, key, factor) in SETTINGS.items():
            value, usual = self.cleaned_data[name], self.usual[part][key]
            if isinstance(value, float):
                value = round(value * self._factor(name, factor), 6)
                value = round(value) if isinstance(usual, int) or key.endswith("_minor") else value
            held = parts.setdefault(part, {})
            if value == usual:
                held.pop(key, None)
            else:
                held[key] = value
        return {key: value for key, value in parts.items() if value != {}}

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields as the page shows them."""
        return [(title, words, [self[name] for name in names]) for title, words, names in GROUPS]

    def preset_of(self, name: str) -> str:
        """What the field holds where the store sets nothing."""
        part, key, factor = SETTINGS[name]
        return self._words(name, self.usual[part][key], factor)

    def changed_from_preset(self) -> list[str]:
        """Names of fields that the store has set otherwise."""
        return [n for n, (part, key, _) in SETTINGS.items() if key in self.stored.get(part, {})]

    def _shown(self, name: str) -> Any:
        part, key, factor = SETTINGS[name]
        value = self.stored.get(part, {}).get(key, self.usual[part][key])
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        shown = round(value / self._factor(name, factor), 4)
        if key.endswith("_minor"):
            return f"{shown:.{self.exponent}f}"
        return int(shown) if float(shown).is_integer() else shown

    def _words(self, name: str, value: Any, factor: float) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if not isinstance(value, int | float):
            return "never" if value is None else CHOICES.get(str(value), str(value))
        return f"{value / self._factor(name, factor):g}"

    def _factor(self, name: str, factor: float) -> float:
        return 1 / self.units if SETTINGS[name].name.endswith("_minor") else factor
