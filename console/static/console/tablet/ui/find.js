// Product search and the keys for loose produce. What is picked here is a scan with the source `keyed`.

import { t } from "../i18n/index.js";
import { openDialog } from "./dialog.js";
import { button, h, picture } from "./dom.js";
import { comparison, money } from "./format.js";

const WAIT_MS = 220;
const NUMBER = /^\d{3,}$/;

export function productTile(product, { currency, act }) {
  const price = money(product.unit_price, currency);
  return h("li", {}, h("button.tile", { type: "button", onclick: () => act(product), "data-code": product.code },
    picture(product), h("span.name", {}, product.name),
    h("span.price", {}, product.sold_by === "kg" ? t("find.perkg", { price }) : price),
    product.comparison_price ? h("span.muted", {}, comparison(product.comparison_price, currency)) : null));
}

export function openFind(app, { currency, canUseCamera }) {
  const found = h("div.found", { "aria-live": "polite" });
  const field = h("input.field", { type: "search", placeholder: t("find.field"), "aria-label": t("find.field"), autocomplete: "off", enterkeyhint: "search", autofocus: true });
  const row = h("div.field-row", {}, field, canUseCamera ? button(t("act.camera"), { name: "camera", act: () => { dialog.close(); app.openCamera(); } }) : null);
  const dialog = openDialog(t("find.title"), [row, found], { kind: "find" });
  let asked = 0;
  let timer = null;

  const choose = (product) => { dialog.close(); app.choose(product); };
  const tiles = (products) => h("ul.tiles", {}, ...products.map((product) => productTile(product, { currency, act: choose })));

  async function show(query) {
    const turn = ++asked;
    let products;
    try {
      products = query ? await app.search(query) : await app.produce();
    } catch (error) {
      if (turn === asked) found.replaceChildren(h("p", {}, t("find.offline")), ...entered(query));
      return;
    }
    if (turn !== asked) return;
    if (!query) found.replaceChildren(h("h3", {}, t("find.produce")), h("p.muted", {}, t("find.produce.lead")), tiles(products));
    else if (products.length) found.replaceChildren(...entered(query), tiles(products));
    else found.replaceChildren(...entered(query), h("p", {}, t("find.none", { query })));
  }

  function entered(query) {
    if (!NUMBER.test(query)) return [];
    return [h("p", {}, button(t("find.enter", { code: query }), { kind: "main", act: () => choose({ code: query }) }))];
  }

  field.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(field.value.trim()), WAIT_MS);
  };
  field.onkeydown = (event) => {
    if (event.key === "Enter" && NUMBER.test(field.value.trim())) choose({ code: field.value.trim() });
  };
  show("");
  field.focus();
  return dialog;
}
