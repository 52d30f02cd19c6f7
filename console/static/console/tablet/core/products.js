// Products that this tablet has seen, by code: for the names of scans that wait to be sent, and for the keys.

export class Products {
  constructor(api) {
    this.api = api;
    this.known = new Map();
    this.keys = null;
  }

  get(code) { return this.known.get(code); }

  remember(products) {
    for (const product of products) this.known.set(product.code, { ...this.known.get(product.code), ...product });
    return products;
  }

  async search(query) { return this.remember(await this.api.search(query)); }

  /** Loose produce; kept once it has been read, so that the keys work without a network. */
  async produce() {
    this.keys ??= this.remember(await this.api.keys());
    return this.keys;
  }
}
