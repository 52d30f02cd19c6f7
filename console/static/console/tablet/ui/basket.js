// The live basket, newest on top, with the scans that still wait to be sent above it.

import { t } from "../i18n/index.js";
import { asset, h, keyed } from "./dom.js";
import { makeLine, makePending } from "./line.js";

export function makeBasket(app, { phone }) {
  const count = h("span.count");
  const lines = h("ul.lines", { tabindex: "-1", "aria-label": t("basket.title") });
  const empty = h("div.empty", {}, h("img.art", { src: asset("empty.svg"), alt: "" }),
    h("h2", {}, t("basket.empty")), h("p", {}, t(phone ? "basket.empty.phone" : "basket.empty.lead")));
  const element = h("section.basket.surface", { "aria-label": t("basket.title") },
    h("header", {}, h("h2", { tabindex: "-1" }, t("basket.title")), count), empty, lines);
  let revision = null;

  function update({ view, pending, products }) {
    const { basket } = view;
    const shown = [...(basket?.lines ?? [])].sort((a, b) => b.line - a.line);
    const seen = revision !== null;
    const items = [...pending.map((event) => ({ event, product: products.get(event.data.code) })), ...shown];
    keyed(lines, items, {
      key: (item) => (item.event ? `pending-${item.event.seq}` : item.line),
      stamp: (item) => (item.event ? String(item.product?.name) : JSON.stringify(item)),
      make: (item, old) => (item.event
        ? makePending(item)
        : makeLine(item, { totals: basket.totals, byWeight: byWeight(item, products), app, fresh: seen && !old })),
    });
    revision = basket?.revision ?? revision ?? 0;
    empty.hidden = items.length > 0;
    lines.hidden = items.length === 0;
    count.textContent = basket?.totals.items ? t("basket.items", { n: basket.totals.items }) : "";
  }

  return { element, update };
}

/** A line is priced by weight when it has a weight, or when its product is known to be sold by the kilogram. */
function byWeight(line, products) {
  return line.weight_g !== undefined && line.weight_g !== null ? line.sold_by !== "each" : products.get(line.code)?.sold_by === "kg";
}
