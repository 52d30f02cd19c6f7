// What two common scale protocols say over a serial line, as grams. Pure: bytes in, readings out.
//
// MT-SICS (Mettler-Toledo, reference manual 11780711): a text line `S S     1.234 kg` for a stable value, `S D …` for a
// moving one; `S I`, `S +`, `S -` are refusal, overload, underload. `SIR` asks for values without end.
//
// Toledo continuous (8142 and many that copy it): STX, status words A, B, C, six digits of weight, six of tare, CR.
// A's low three bits place the decimal point, B's bits say net, negative, out of range, in motion, kilograms.

const STX = 0x02;
const CR = 0x0d;
const LF = 0x0a;
const GRAMS = { g: 1, kg: 1_000, lb: 453.59237, oz: 28.349523125, mg: 0.001, t: 1_000_000 };
const LINE = /^S\s+([SD])\s+(-?\s*[\d.]+)\s*(\w+)/;
const LONGEST = 64;

/** {grams, stable} of a SICS line, or null where it carries no weight. */
export function readSics(bytes) {
  const found = LINE.exec(String.fromCharCode(...bytes).trim());
  const unit = found && GRAMS[found[3].toLowerCase()];
  if (!unit) return null;
  const grams = Number(found[2].replace(/\s/g, "")) * unit;
  return Number.isFinite(grams) ? { grams, stable: found[1] === "S" } : null;
}

/** {grams, stable} of a continuous frame (from STX to before CR), or null where it carries no weight. */
export function readToledo(bytes) {
  if (bytes.length < 10 || bytes[0] !== STX) return null;
  const [, a, b] = bytes;
  const digits = String.fromCharCode(...bytes.slice(4, 10)).replace(/ /g, "0");
  const outOfRange = b & 0b100;
  if (outOfRange || !/^\d{6}$/.test(digits)) return null;
  const value = Number(digits) * 10 ** (2 - (a & 0b111));
  const grams = value * (b & 0b10000 ? GRAMS.kg : GRAMS.lb) * (b & 0b10 ? -1 : 1);
  return { grams, stable: !(b & 0b1000) };
}

export const PROTOCOLS = {
  sics: { label: "MT-SICS", ask: "SIR\r\n", end: LF, read: readSics, baud: 9_600 },
  toledo: { label: "Toledo continuous", ask: null, end: CR, read: readToledo, baud: 9_600 },
};

/** Cuts a stream of bytes into frames of a protocol and reads them; half a frame waits for its rest. */
export class ScaleReader {
  constructor({ end, read }) {
    Object.assign(this, { end, read });
    this.bytes = [];
  }

  /** The readings that `chunk` completes. */
  feed(chunk) {
    const readings = [];
    for (const byte of chunk) {
      if (byte === STX) this.bytes = [];
      if (byte === this.end) {
        const reading = this.read(this.bytes);
        if (reading) readings.push(reading);
        this.bytes = [];
      } else if (this.bytes.length < LONGEST) this.bytes.push(byte);
    }
    return readings;
  }
}
