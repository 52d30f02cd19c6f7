// Short words at the lower edge, read out by screen readers; and words that are only read out.

import { h, icon } from "./dom.js";

const STAY_MS = 4_500;
const MOST = 3;

export class Toasts {
  constructor(root, spoken) {
    this.root = root;
    this.spoken = spoken;
  }

  show(text, { ask = false, name = ask ? "alert" : "check" } = {}) {
    const toast = h(`div.toast${ask ? ".ask" : ""}`, {}, icon(name), h("span", {}, text));
    this.root.append(toast);
    while (this.root.children.length > MOST) this.root.firstElementChild.remove();
    setTimeout(() => toast.remove(), ask ? 1.6 * STAY_MS : STAY_MS);
  }

  clear() { this.root.replaceChildren(); }

  say(text) {
    if (this.spoken.textContent !== text) this.spoken.textContent = text;
  }
}
