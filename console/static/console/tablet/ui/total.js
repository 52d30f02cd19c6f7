// The running total, large; spoken when it has come to rest.

import { t } from "../i18n/index.js";
import { h, icon } from "./dom.js";
import { money } from "./format.js";

const REST_MS = 900;

export function makeTotal(app) {
  const due = h("div.due");
  const count = h("span.count");
  const extra = h("div.extra");
  const element = h("section.total.surface", { "aria-label": t("total.label") },
    h("span.label", {}, t("total.label")), count, due, extra);
  let spoken = null;
  let timer = null;

  function update({ view, device }) {
    const totals = view.basket?.totals ?? { due: 0, items: 0, discount: 0, deposit: 0, ...device?.store };
    const amount = money(totals.due, totals);
    due.textContent = amount;
    const items = t("basket.items", { n: totals.items });
    count.textContent = items;
    extra.replaceChildren(
      ...(totals.discount > 0 ? [h("span.chip.saving", {}, icon("tag"), t("total.savings", { amount: money(totals.discount, totals) }))] : []),
      ...(totals.deposit > 0 ? [h("span", {}, t("total.deposit", { amount: money(totals.deposit, totals) }))] : []),
    );
    speak(t("total.spoken", { amount, items }));
  }

  function speak(words) {
    if (spoken === null) spoken = words;
    if (words === spoken) return;
    clearTimeout(timer);
    timer = setTimeout(() => { spoken = words; app.toasts.say(words); }, REST_MS);
  }

  return { element, update, end: () => clearTimeout(timer) };
}
