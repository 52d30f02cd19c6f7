// One line of the basket: picture, name, what it costs, where it stands, and one more or less of it.

import { t } from "../i18n/index.js";
import { h, icon, iconButton, picture } from "./dom.js";
import { comparison, kilos, money } from "./format.js";

const MARKS = { placing: "put", verified: "check", unverified: "scan", in_doubt: "alert", blocked: "lock" };

function priced(line, totals, byWeight) {
  const price = money(line.unit_price, totals);
  if (!byWeight) return line.quantity > 1 ? t("line.each", { price }) : "";
  return line.weight_g ? t("line.kg", { weight: kilos(line.weight_g), price }) : t("line.kg.unweighed", { price });
}

function notes(line, totals) {
  const savings = (line.savings ?? []).map(({ name, amount }) => h("span.chip.saving", {}, icon("tag"),
    `${name} −${money(amount, totals)}`, h("span.unseen", {}, t("line.saved", { name, amount: money(amount, totals) }))));
  const status = MARKS[line.status] ? [h(`span.chip.${line.status}`, {}, icon(MARKS[line.status]), t(`line.${line.status}`))] : [];
  return h("div.notes", {}, ...status, ...savings);
}

function stepper(line, byWeight, app) {
  const { name, quantity } = line;
  const less = quantity > 1
    ? iconButton(t("line.less", { name }), "minus", () => app.remove(line, 1), "quiet")
    : iconButton(t("line.remove", { name }), "trash", () => app.remove(line, quantity), "quiet");
  less.dataset.role = "less";
  if (byWeight) return h("div.stepper", {}, less);
  const more = iconButton(t("line.more", { name }), "plus", () => app.scan(line.code, "keyed"), "quiet");
  more.dataset.role = "more";
  return h("div.stepper", {}, less, h("span.number", { "aria-label": t("line.quantity", { n: quantity }) }, String(quantity)), more);
}

/** `totals` gives the currency; `byWeight` says that the price is per kilogram. */
export function makeLine(line, { totals, byWeight, app, fresh }) {
  const unit = [priced(line, totals, byWeight), comparison(line.comparison_price, totals)].filter(Boolean).join(" · ");
  return h(`li.line${fresh ? ".fresh" : ""}`, { "data-status": line.status, "data-code": line.code },
    picture(line),
    h("div", {}, h("div.name", {}, line.name), unit ? h("div.unit", {}, unit) : null, notes(line, totals)),
    stepper(line, byWeight, app),
    h("div.amount", {}, money(line.amount, totals)));
}

/** A scan that is stored here and has not reached the server yet. */
export function makePending({ event, product }) {
  const name = product?.name ?? t("line.pending", { code: event.data.code });
  return h("li.line.pending", {},
    picture({ name, picture: product?.picture }),
    h("div", {}, h("div.name", {}, name), h("div.notes", {}, h("span.chip", {}, icon("offline"), t("line.sending")))));
}
