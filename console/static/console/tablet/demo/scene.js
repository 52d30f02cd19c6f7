// Tells the simulated camera, by way of our host, what truly lies in the cart.

const WAIT_MS = 400;

export class SceneTeller {
  constructor(home) {
    this.url = `${home}demo/scene`;
    this.timer = null;
  }

  tell(cart, items) {
    clearTimeout(this.timer);
    if (!cart) return;
    this.timer = setTimeout(() => this.#post({ cart, items }), WAIT_MS);
  }

  async #post(scene) {
    try {
      await fetch(this.url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(scene) });
    } catch (error) {
      console.warn("scene not told", error);
    }
  }
}
