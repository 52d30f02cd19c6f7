// The page's languages. A message is looked up by key; `{name}` is filled in; a message that counts has the keys
// `…_one` and `…_other` and is chosen by the language's own plural rule. English stands in for what is missing.

import de from "./de.js";
import en from "./en.js";
import es from "./es.js";
import fr from "./fr.js";

export const LANGUAGES = { en, de, es, fr };

let current = "en";

export function useLanguage(language) {
  current = LANGUAGES[language] ? language : "en";
  document.documentElement.lang = current;
}

export function language() {
  return current;
}

/** The first of `wished` (BCP 47 tags, best first) that we have. */
export function pick(wished) {
  return wished.map((tag) => String(tag ?? "").slice(0, 2).toLowerCase()).find((tag) => LANGUAGES[tag]) ?? "en";
}

export function t(key, values = {}) {
  const messages = LANGUAGES[current];
  const counted = values.n === undefined ? key : `${key}_${new Intl.PluralRules(current).select(values.n)}`;
  const text = messages[counted] ?? messages[`${key}_other`] ?? messages[key] ?? en[counted] ?? en[`${key}_other`] ?? en[key];
  if (text === undefined) return null;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
