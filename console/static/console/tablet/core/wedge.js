// A hardware scanner is a keyboard that types a code fast and ends with Enter. What a person types into a field
// is left alone; keys that arrive faster than fingers can, outside a field, are a code.

const FINGER_MS = 60;
const SHORTEST = 4;

export class Wedge {
  constructor({ onCode, now = () => performance.now() }) {
    Object.assign(this, { onCode, now });
    this.text = "";
    this.last = 0;
  }

  attach(target = document) {
    target.addEventListener("keydown", (event) => this.key(event), true);
    return this;
  }

  key(event) {
    if (event.target?.closest?.("input, textarea, select, [contenteditable]")) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = this.now();
    if (at - this.last > FINGER_MS) this.text = "";
    this.last = at;
    if (event.key.length === 1) {
      // A space inside a code must not press the button that has the focus.
      if (event.key === " " && this.text) event.preventDefault();
      this.text += event.key;
    }
    if (event.key === "Enter" || event.key === "Tab") this.#finish(event);
  }

  #finish(event) {
    const code = this.text;
    this.text = "";
    if (code.length < SHORTEST) return;
    // Enter at a scanner's end must not press the button that has the focus.
    event.preventDefault();
    event.stopPropagation();
    this.onCode(code);
  }
}
