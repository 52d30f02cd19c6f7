// The demo's shelf: every product with its picture; a click scans it, a drag puts it into the cart.

import { h, iconButton, picture } from "../ui/dom.js";
import { draggable } from "./drag.js";

/** `acts` gives scan(product), put(product), over(element) and inCart(element). */
export function makeShelf(products, acts) {
  const field = h("input.field", { type: "search", placeholder: "Find on the shelf", "aria-label": "Find on the shelf", autocomplete: "off" });
  const tiles = products.map((product) => [product, makeTile(product, acts)]);
  const list = h("ul.shelf", {}, ...tiles.map(([, tile]) => tile));
  field.oninput = () => {
    const wanted = field.value.trim().toLowerCase();
    for (const [product, tile] of tiles) tile.hidden = !`${product.name} ${product.code}`.toLowerCase().includes(wanted);
  };
  return h("section.shelf-box", { "aria-label": "Shelf" }, field, list);
}

function makeTile(product, { scan, put, over, inCart }) {
  const image = picture(product);
  const face = h("button.face", { type: "button", title: `Scan ${product.name}`, onclick: () => scan(product) },
    image, h("span.name", {}, product.name));
  draggable(face, { ghost: image, over, drop: (element) => inCart(element) && put(product) });
  return h("li.thing", { "data-code": product.code }, face, h("div.thing-acts", {},
    iconButton(`Scan ${product.name}`, "scan", () => scan(product), "quiet"),
    iconButton(`Put ${product.name} into the cart`, "put", () => put(product), "quiet")));
}
