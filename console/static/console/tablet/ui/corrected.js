// What staff corrected: the shopper sees it line by line and agrees, or asks. Nothing is paid before.

import { t } from "../i18n/index.js";
import { button, h } from "./dom.js";

export function makeCorrected({ latest }, app) {
  const rows = latest.corrections.map(({ name, before, after }) => h("li", {}, h("b", {}, name), " ",
    after ? t("pay.corrected.line", { before, after }) : t("pay.corrected.out")));
  return h("div.body.left", {}, h("h1", { tabindex: "-1" }, t("pay.corrected")), h("p.lead", {}, t("pay.corrected.lead")),
    h("ul.corrections", {}, ...rows),
    button(t("pay.corrected.yes"), { kind: "main big", act: () => app.checkout.confirm(), "data-role": "confirm" }),
    button(t("pay.corrected.no"), { act: () => app.openHelp() }));
}
