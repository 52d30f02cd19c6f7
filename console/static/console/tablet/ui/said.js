// What is said to the shopper about the outcome of an event.

import { t } from "../i18n/index.js";
import { money } from "./format.js";

const GOOD = new Set([
  "added", "removed", "paused", "cancelled", "disputed",
  "voucher_added", "coupon_added", "member_added", "voucher_removed", "coupon_removed", "member_removed",
]);
const ASKS = new Set(["unknown_code", "ambiguous_code", "sale_refused", "not_on_trip", "not_in_basket", "quantity_limit"]);

/** {text, ask} to show for a result, or null where the screen itself says it. `name` is what it was about, `totals` the basket's. */
export function wordsFor({ outcome, detail }, name, totals) {
  if (GOOD.has(outcome)) {
    const words = { name: detail?.name ?? name ?? t("said.it"), amount: money(detail?.amount, totals) };
    return { text: t(`said.${outcome}`, words), ask: false };
  }
  if (!ASKS.has(outcome)) return null;
  const reason = outcome === "sale_refused" && detail?.why ? t(`said.refused.${detail.why}`) : null;
  return { text: reason ?? t(`said.${outcome}`), ask: true };
}
