// From seal to receipt. The record (which trip, which keys, what the server last said) is on disk before each call,
// so that a reload or a lost answer repeats the same call with the same key and never pays twice.

import * as db from "./db.js";
import { methodOf } from "./tendering.js";

const RECORD = "checkout";
const POLL_MS = 1_500;
const MOVING = new Set(["in_review", "paying", "unknown"]);

/** Whether the server has more to say about it without being told anything. Pure. */
export function moves(latest) {
  if (latest?.state === "paid") return !latest.receipt || !latest.exit_pass;
  return MOVING.has(latest?.state);
}

export class Checkout {
  constructor({ api, language, changed, uuid = () => crypto.randomUUID() }) {
    Object.assign(this, { api, language, changed, uuid });
    this.record = null;
    this.trouble = null;
    this.busy = false;
    this.timer = null;
  }

  async load() {
    this.record = (await db.get(RECORD)) ?? null;
    return this;
  }

  get latest() { return this.record?.latest ?? null; }
  get paying() { return Boolean(this.record?.payment); }

  /** Follows the trip's state: opens a checkout for a sealed trip, drops it when the shopper shops on. */
  async follow(trip) {
    if (!trip || trip.state === "shopping" || trip.state === "cancelled") return this.#forget();
    if (this.record?.trip !== trip.id) await this.#keep({ trip: trip.id, key: this.uuid(), id: null, payment: null, latest: null });
    return this.advance();
  }

  async #forget() {
    if (!this.record) return;
    clearTimeout(this.timer);
    this.record = null;
    this.trouble = null;
    await db.remove(RECORD);
    this.changed();
  }

  async #keep(record) {
    this.record = record;
    await db.put(RECORD, record);
    this.changed();
  }

  /** Pays with a new key; a call that is still open is finished first, with its own. Without an amount: all that is open. */
  async pay({ source, amount, tip = 0 }) {
    if (this.paying || !this.record?.id) return;
    await this.#keep({ ...this.record, source, payment: { key: this.uuid(), method: methodOf(source), source, amount, tip } });
    await this.advance();
  }

  /** Takes a payment back that is set aside, or waits at a till. */
  async release(payment) {
    if (this.paying || !this.record?.id) return;
    await this.#keep({ ...this.record, payment: { key: this.uuid(), release: payment } });
    await this.advance();
  }

  /** Says that the shopper has seen what staff corrected in the basket that is shown, and agrees. */
  async confirm() {
    if (this.busy || !this.latest?.confirmation_due) return;
    this.busy = true;
    try {
      await this.#took(await this.api.confirm(this.record.id, this.latest.revision));
    } catch (error) {
      console.warn("correction not confirmed", error.code);
    } finally {
      this.busy = false;
    }
    // Whatever came of it, the basket is read again: it may have been corrected once more.
    await this.advance();
  }

  /** Makes the next call that is due, and plans the one after. One at a time. */
  async advance() {
    clearTimeout(this.timer);
    if (this.busy || !this.record) return;
    this.busy = true;
    const { trip } = this.record;
    let again = POLL_MS;
    try {
      const latest = await this.#call(this.record);
      if (this.record?.trip === trip) await this.#took(latest);
      this.trouble = null;
    } catch (error) {
      if (this.record) again = await this.#failed(error);
    } finally {
      this.busy = false;
      this.changed();
    }
    if (this.record && again && (this.trouble || this.paying || moves(this.latest))) {
      this.timer = setTimeout(() => this.advance(), again);
    }
  }

  #call({ trip, key, id, payment }) {
    if (!id) return this.api.openCheckout(trip, { key, language: this.language() });
    if (!payment) return this.api.checkout(id);
    return payment.release ? this.api.release(payment.release, payment.key) : this.api.pay(id, payment);
  }

  async #took(latest) {
    const asked = this.record.payment && this.record.id;
    const stale = this.latest && latest.revision < this.latest.revision;
    await this.#keep({ ...this.record, id: latest.id, latest: stale ? this.latest : latest, payment: asked ? null : this.record.payment });
  }

  /** Returns the milliseconds to wait before the same call is made again, or 0 where that would not help. */
  async #failed(error) {
    this.trouble = error.code ?? "error";
    if (error.passing) return 2 * POLL_MS;
    console.warn("checkout refused", error.code, error.detail);
    const { id, payment, latest } = this.record;
    if (payment) await this.#keep({ ...this.record, payment: null });
    else if (id || error.code === "idempotency_key_reused") await this.#keep({ ...this.record, id: null, key: this.uuid(), latest: null });
    // A refused payment leaves a checkout that has moved on: it is read again at once.
    return payment && latest ? 300 : 0;
  }
}
