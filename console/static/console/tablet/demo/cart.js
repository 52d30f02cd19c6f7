// What truly lies in the demo's cart. It is on disk: a reload of the page does not empty a real cart either.

import * as db from "../core/db.js";

const KEY = "demo.cart";

export class TrueCart {
  constructor({ scale, changed, now = () => performance.now() }) {
    Object.assign(this, { scale, changed, now });
    this.things = [];
  }

  async load() {
    this.things = (await db.get(KEY)) ?? [];
    this.scale.load(this.grams);
    this.changed();
    return this;
  }

  get grams() { return this.things.reduce((sum, { grams }) => sum + grams, 0); }

  put(thing) {
    this.things = [...this.things, { ...thing, id: crypto.randomUUID() }];
    this.scale.step(thing.grams, this.now());
    this.#keep();
  }

  take(id) {
    const thing = this.things.find((one) => one.id === id);
    if (!thing) return;
    this.things = this.things.filter((one) => one !== thing);
    this.scale.step(-thing.grams, this.now());
    this.#keep();
  }

  clear() {
    for (const { id } of [...this.things]) this.take(id);
  }

  /** [{code, quantity}] as a camera above would see it; a shopper's bag is no product. */
  scene() {
    const counts = new Map();
    for (const { code } of this.things) if (code) counts.set(code, (counts.get(code) ?? 0) + 1);
    return [...counts].map(([code, quantity]) => ({ code, quantity }));
  }

  #keep() {
    db.put(KEY, this.things).catch(console.warn);
    this.changed();
  }
}
