// The demo's side panel: the cart's sensors in your hands. Play honest, forgetful or dishonest, and watch.

import { Sampler } from "../core/sampler.js";
import { button, h, icon, iconButton, keyed, picture } from "../ui/dom.js";
import { TrueCart } from "./cart.js";
import { draggable } from "./drag.js";
import { pieceWeight, Scale } from "./physics.js";
import { SceneTeller } from "./scene.js";
import { makeShelf } from "./shelf.js";

const BAG = { code: null, name: "Own bag", grams: 340, sold_by: "each" };
const PLU = /^\d{4,5}$/;

class Panel {
  constructor(app, root) {
    this.app = app;
    this.root = root;
    this.scene = new SceneTeller(app.home);
    this.scale = new Scale();
    this.cart = new TrueCart({ scale: this.scale, changed: () => this.#draw() });
    this.reading = h("output.reading", { "aria-label": "Scale" }, "0 g");
    this.content = h("ul.content");
    this.hint = h("p.hint", {}, "Drag products here");
    this.zone = h("section.cart-zone", { "aria-label": "In the cart" }, this.hint, this.content);
  }

  async open() {
    const shelf = h("div.shelf-place");
    this.root.replaceChildren(this.#toggle(), h("div.panel", {}, h("header", {}, h("h2", {}, "The cart’s sensors"), h("span.muted", {}, "Demo")),
      h("div.scale", {}, icon("scale"), this.reading), this.zone, this.#tools(), shelf));
    // On a narrow screen the panel lies over the tablet: it waits at the edge, also when the screen has become narrow.
    const narrow = matchMedia("(max-width: 64rem)");
    const fit = () => { this.root.dataset.closed = String(narrow.matches); };
    narrow.addEventListener("change", fit);
    fit();
    await this.cart.load();
    this.sampler = new Sampler({
      scale: this.scale, clock: this.app.queue.clock, show: (grams) => { this.reading.value = `${grams} g`; },
      send: (frame) => this.app.state.mode === "cart" && this.app.link.sendNow(frame),
    }).start();
    shelf.replaceChildren(makeShelf(await this.#products(), {
      scan: (product) => this.#scan(product), put: (product) => this.#put(product),
      over: (element) => this.#over(element), inCart: (element) => this.zone.contains(element),
    }));
  }

  async #products() {
    const answer = await fetch(`${this.app.home}demo/products`).catch(() => null);
    return answer?.ok ? (await answer.json()).results : [];
  }

  #toggle() {
    return button("Sensors", { name: "scale", kind: "toggle", act: () => {
      this.root.dataset.closed = String(this.root.dataset.closed !== "true");
    } });
  }

  #tools() {
    const lean = button("Lean on it", { name: "hand" });
    lean.onpointerdown = () => { this.scale.leaning = true; };
    for (const end of ["pointerup", "pointerleave", "pointercancel", "blur"]) lean.addEventListener(end, () => { this.scale.leaning = false; });
    lean.onkeydown = ({ key }) => { if (key === " " || key === "Enter") this.scale.leaning = true; };
    lean.onkeyup = () => { this.scale.leaning = false; };
    return h("div.tools", {}, button("Own bag", { name: "bag", act: () => this.cart.put(BAG) }), lean,
      button("Empty", { name: "trash", act: () => this.cart.clear() }));
  }

  #scan({ code }) {
    const keyed = PLU.test(code);
    if (keyed) this.app.scan(code, "keyed");
    else this.app.scanned(code);
  }

  #put(product) {
    this.cart.put({ code: product.code, name: product.name, picture: product.picture, grams: pieceWeight(product) });
  }

  #over(element) {
    this.zone.classList.toggle("over", Boolean(element && this.zone.contains(element)));
  }

  #draw() {
    this.hint.hidden = this.cart.things.length > 0;
    keyed(this.content, this.cart.things, {
      key: ({ id }) => id, stamp: ({ name }) => name,
      make: (thing) => {
        const image = picture(thing);
        const taken = iconButton(`Take ${thing.name} out`, "take", () => this.cart.take(thing.id), "quiet");
        draggable(image, { over: (element) => this.#over(element), drop: (element) => !this.zone.contains(element) && this.cart.take(thing.id) });
        return h("li.inside", { title: thing.name, "data-code": thing.code }, image, taken);
      },
    });
    this.scene.tell(this.app.state.device?.cart?.label, this.cart.scene());
  }
}

export function attach(app, root) {
  const panel = new Panel(app, root);
  // The cart that is paired while the panel is open has the same content as before.
  let cart = null;
  app.store.watch(({ device }) => {
    if (device?.cart?.label === cart) return;
    cart = device?.cart?.label ?? null;
    panel.scene.tell(cart, panel.cart.scene());
  });
  return panel.open();
}
