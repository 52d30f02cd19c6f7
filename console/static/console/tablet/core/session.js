// What the shopper does, as events. Each is on disk before this returns, and sent when the link stands.

const CODE = /[^\x1d\x20-\x7e]/g;
const LONGEST = 512;

export class Session {
  constructor({ queue, link, changed, starting, failed }) {
    Object.assign(this, { queue, link, changed, starting, failed });
  }

  async #say(kind, data) {
    let event;
    try {
      event = await this.queue.add(kind, data);
    } catch (error) {
      // A full or broken disk: what cannot be kept is not sent either, and the shopper is told.
      this.failed(error);
      return null;
    }
    this.changed();
    this.link.pump();
    return event;
  }

  start(data = {}) { return this.#say("start", data); }

  /** A code as read. The first scan of a shopper who never pressed "start" starts the trip. */
  async scan(code, source = "scanner", quantity = 1) {
    const clean = String(code).replace(CODE, "").trim().slice(0, LONGEST);
    if (!clean) return null;
    const starts = this.starting();
    if (starts) await this.start(starts);
    return this.#say("scan", quantity === 1 ? { code: clean, source } : { code: clean, source, quantity });
  }

  /** `target` is {line} or {code}. */
  remove(target, quantity = 1) { return this.#say("remove", { ...target, quantity }); }
  bag() { return this.#say("bag", {}); }
  assist(reason) { return this.#say("assist", reason ? { reason } : {}); }
  dispute(discrepancy, reason) { return this.#say("dispute", { discrepancy, reason }); }
  pause() { return this.#say("pause", {}); }
  resume() { return this.#say("resume", {}); }
  seal() { return this.#say("seal", {}); }
  reopen() { return this.#say("reopen", {}); }
  cancel(reason) { return this.#say("cancel", reason ? { reason } : {}); }
}
