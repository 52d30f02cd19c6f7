// The demo's scale: what load cells would show of a cart's true content. Grams and milliseconds.
// A thing put in swings like a damped spring (4 Hz, dying out in a quarter of a second), a lean wanders, and every
// reading carries noise and is rounded to the scale's division.

const SWING_HZ = 4;
const SWING_MS = 220;
const LANDING_MS = 260;
const NOISE_G = 0.7;

/** A normal deviate by the Box-Muller transform. */
export function gauss(random = Math.random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** How far a step of `grams` made at 0 has come at `t` ms: a landing, then a dying swing round the new level. */
export function stepResponse(grams, t) {
  if (t <= 0) return 0;
  const landed = grams * Math.min(1, t / LANDING_MS);
  const swing = grams * 0.3 * Math.exp(-t / SWING_MS) * Math.sin((2 * Math.PI * SWING_HZ * t) / 1_000);
  return landed + swing;
}

export class Scale {
  constructor({ division = 1, random = Math.random } = {}) {
    this.division = division;
    this.random = random;
    this.settled = 0;
    this.steps = [];
    this.leaning = false;
  }

  /** Sets the load without a step: what stood in the cart when the page opened. */
  load(grams) {
    this.settled = grams;
  }

  step(grams, at) {
    this.steps.push({ grams, at });
  }

  /** One reading at `at`. */
  read(at) {
    const dying = this.steps.filter((step) => at - step.at < 12 * SWING_MS);
    this.settled += this.steps.filter((step) => !dying.includes(step)).reduce((sum, { grams }) => sum + grams, 0);
    this.steps = dying;
    const moving = dying.reduce((sum, step) => sum + stepResponse(step.grams, at - step.at), 0);
    const lean = this.leaning ? 3_500 + 900 * Math.sin(at / 410) + 120 * gauss(this.random) : 0;
    const grams = this.settled + moving + lean + NOISE_G * gauss(this.random);
    return Math.round(grams / this.division) * this.division;
  }
}

/** What one piece really weighs: packs differ by a few thousandths, loose produce by a fifth. */
export function pieceWeight({ grams, sold_by: soldBy }, random = Math.random) {
  const spread = soldBy === "kg" ? 0.2 : 0.003;
  return Math.max(1, grams * (1 + spread * Math.max(-2, Math.min(2, gauss(random)))));
}
