// The basket waits at a manned till: its code as a QR, and the way back to this tablet.

import { atTill } from "../core/tendering.js";
import { t } from "../i18n/index.js";
import { button, h } from "./dom.js";
import { money } from "./format.js";

export function makeAtTill({ latest }, app) {
  const { id, code, qr, amount } = atTill(latest);
  const groups = code.match(/.{1,8}/g).join(" ");
  return h("div.body", {}, h("h1", { tabindex: "-1" }, t("till.title")),
    h("p.lead", {}, t("till.lead", { amount: money(amount, latest) })),
    h("div.pass.till.surface", {}, h("div.qr", {}, h("img", { src: qr, alt: t("till.qr") })), h("p.code", { "aria-label": t("till.code") }, groups)),
    h("p.muted", { role: "status" }, t("till.waits")),
    button(t("till.back"), { name: "card", act: () => app.checkout.release(id), "data-role": "till-back" }));
}
