// A real scale on a serial port (Web Serial). The browser asks once which port it is; afterwards it is opened again
// at every start. Its last reading stands for half a second: a scale that falls silent leaves a hole in the stream.

import * as db from "./db.js";
import { Sampler } from "./sampler.js";
import { PROTOCOLS, ScaleReader } from "./scaleprotocols.js";

const KEY = "scale";
const FRESH_MS = 500;

export function serialAvailable() {
  return "serial" in navigator;
}

export class SerialScale {
  constructor({ clock, send, changed, now = () => performance.now() }) {
    Object.assign(this, { clock, send, changed, now });
    this.latest = null;
    this.running = false;
  }

  /** Opens the port that was granted before, if there is one. */
  async resume() {
    const kept = serialAvailable() ? await db.get(KEY) : null;
    const [port] = kept ? await navigator.serial.getPorts() : [];
    if (port) this.#run(port, kept.protocol);
  }

  /** Asks for a port; needs a press of a button. */
  async connect(protocol) {
    const port = await navigator.serial.requestPort();
    await db.put(KEY, { protocol });
    this.#run(port, protocol);
  }

  /** Grams, or null where nothing fresh was said. */
  read(at) {
    return this.latest && at - this.latest.at <= FRESH_MS ? this.latest.grams : null;
  }

  async #run(port, name) {
    if (this.running) return;
    const protocol = PROTOCOLS[name];
    this.#set(true);
    const sampler = new Sampler({ scale: this, clock: this.clock, send: this.send, now: this.now }).start();
    try {
      await port.open({ baudRate: protocol.baud });
      if (protocol.ask) await this.#ask(port, protocol.ask);
      for await (const chunk of port.readable) this.#hear(chunk, protocol);
    } catch (error) {
      console.warn("scale", error);
    } finally {
      sampler.stop();
      this.#set(false);
      await port.close().catch(() => null);
    }
  }

  async #ask(port, words) {
    const writer = port.writable.getWriter();
    await writer.write(new TextEncoder().encode(words));
    writer.releaseLock();
  }

  #hear(chunk, protocol) {
    this.reader ??= new ScaleReader(protocol);
    for (const { grams } of this.reader.feed(chunk)) this.latest = { grams, at: this.now() };
  }

  #set(running) {
    this.running = running;
    this.reader = null;
    this.changed();
  }
}
