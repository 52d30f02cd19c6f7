// Money and weights as people read them, in the page's language.

import { language } from "../i18n/index.js";

/** `minor` units (cents) of `currency` with `exponent` decimals, as text. */
export function money(minor, { currency = "EUR", exponent = 2 } = {}) {
  const format = new Intl.NumberFormat(language(), {
    style: "currency", currency, minimumFractionDigits: exponent, maximumFractionDigits: exponent,
  });
  return format.format((minor ?? 0) / 10 ** exponent);
}

/** What a kilogram or a litre costs, as shelf labels have it; nothing where that is the price or is not known. */
export function comparison(price, currency) {
  return price ? `${money(price.amount, currency)}/${price.per}` : "";
}

/** A change of grams as text, with its sign; kilograms from 1 kg on. */
export function weightChange(grams) {
  const kilos = Math.abs(grams) >= 1_000;
  return new Intl.NumberFormat(language(), {
    style: "unit", unit: kilos ? "kilogram" : "gram", maximumFractionDigits: kilos ? 2 : 0, signDisplay: "exceptZero",
  }).format(kilos ? grams / 1_000 : grams);
}

/** Grams as kilograms with three decimals, as scales print them. */
export function kilos(grams) {
  return new Intl.NumberFormat(language(), {
    style: "unit", unit: "kilogram", minimumFractionDigits: 3, maximumFractionDigits: 3,
  }).format(grams / 1_000);
}

export function clockTime(iso) {
  return new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

export function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
