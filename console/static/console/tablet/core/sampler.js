// Ten readings a second, five to a frame, with the time of the first on the stream's clock. `scale.read(now)` gives
// grams, or null while the scale says nothing: then there is a hole, and no invented reading.

const STEP_MS = 100;
const READINGS = 5;
const LATE_MS = 160;

export class Sampler {
  constructor({ scale, clock, send, show, now = () => performance.now() }) {
    Object.assign(this, { scale, clock, send, show, now });
    this.at = 0;
    this.grams = [];
    this.last = 0;
  }

  start() {
    this.timer = setInterval(() => this.sample(), STEP_MS);
    return this;
  }

  sample() {
    const now = this.now();
    // A browser that slept would make the step a lie: what was gathered goes out, and a hole follows.
    if (this.grams.length && now - this.last > LATE_MS) this.flush();
    this.last = now;
    if (!this.grams.length) this.at = this.clock.read();
    const reading = this.scale.read(now);
    if (reading === null) return this.flush();
    this.grams.push(reading);
    this.show?.(reading);
    return this.grams.length === READINGS ? this.flush() : undefined;
  }

  stop() { clearInterval(this.timer); }

  flush() {
    if (!this.grams.length) return;
    this.send({ type: "weight", at: this.at, step: STEP_MS, grams: this.grams });
    this.grams = [];
  }
}
