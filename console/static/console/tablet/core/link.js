// The stream's connection: ticket, hello, resume, sending within the credits, and coming back after a break. It
// knows nothing of baskets: what the server says goes to `onMessage`, how the link stands to `onState`, and the
// outcome of each event to `onResult`. Everything that it may send again is in the queue, on disk.

import { ApiError } from "./api.js";
import { afterClose, delay } from "./closes.js";

const SUBPROTOCOL = "cart.v1+json";
// An unanswered event for this long means that the socket is dead, whatever the browser believes of it.
const SILENCE_MS = 8_000;
const CALM_MS = 20_000;

export class Link {
  constructor({ url, api, queue, hello, onMessage, onState, onResult, socket = (u, p) => new WebSocket(u, p) }) {
    Object.assign(this, { url, api, queue, hello, onMessage, onState, onResult, makeSocket: socket });
    this.socket = null;
    this.attempt = 0;
    this.acked = 0;
    this.sent = 0;
    this.credits = 0;
    this.open = false;
    this.stopped = null;
    this.timer = null;
    this.turn = 0;
  }

  /** Begins, or begins again after a stop. */
  start() {
    this.stopped = null;
    this.attempt = 0;
    return this.#connect();
  }

  /** Ends the link for `reason` until `start` is called. */
  stop(reason) {
    this.#drop();
    this.stopped = reason;
    this.onState({ phase: "stopped", reason });
  }

  /** The network is back, or the page is: tries at once instead of at the timer's end. */
  nudge() {
    if (this.stopped || this.socket || this.timer === null) return;
    clearTimeout(this.timer);
    this.#connect();
  }

  /** The browser says that the network has gone: no point in waiting for the socket to notice. */
  cut() {
    if (!this.stopped && this.socket) this.#lost(1006);
  }

  async #connect() {
    const turn = this.#drop();
    this.onState({ phase: "connecting" });
    let ticket;
    try {
      ({ ticket } = await this.api.ticket());
    } catch (error) {
      if (turn === this.turn) this.#refused(error);
      return;
    }
    if (turn !== this.turn) return;
    const socket = this.makeSocket(this.url, [SUBPROTOCOL]);
    this.socket = socket;
    this.#watch(turn);
    socket.onopen = () => this.#sendFrame({ type: "hello", ...this.queue.bounds(), ...this.hello(), ticket });
    socket.onmessage = ({ data }) => turn === this.turn && this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => turn === this.turn && this.#lost(code);
  }

  #refused(error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401 || error.status === 403) return this.#lost(4401);
    return this.#lost(error.status === 429 ? 4429 : 1006);
  }

  /** Lets go of the socket, if there is one; what an older socket still says is not heard. Returns the new turn. */
  #drop() {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    clearTimeout(this.calm);
    this.timer = null;
    this.open = false;
    const socket = this.socket;
    this.socket = null;
    this.turn += 1;
    if (socket) socket.close();
    return this.turn;
  }

  #lost(code) {
    this.#drop();
    const rule = afterClose(code);
    if (rule.then !== "retry" && rule.then !== "back_off") return this.stop(rule.then === "stop" ? `closed_${code}` : rule.then);
    const wait = delay(rule, this.attempt);
    this.attempt += 1;
    this.timer = setTimeout(() => this.#connect(), wait);
    this.onState({ phase: "waiting", wait, attempt: this.attempt });
  }

  #receive(message) {
    this.heard = performance.now();
    if (message.type === "welcome") return this.#welcomed(message);
    if (message.type === "ack") return this.#acknowledged(message);
    if (message.type === "error") this.#erred(message);
    this.onMessage(message);
  }

  async #welcomed(message) {
    const turn = this.turn;
    await this.queue.acknowledge(message.acked);
    if (turn !== this.turn) return;
    this.acked = this.sent = message.acked;
    this.credits = message.credits;
    this.open = true;
    for (const [from, to] of this.queue.holes(message.acked)) this.#sendFrame({ type: "skip", from, to, why: "storage" });
    // Only a connection that lasts makes the next wait short again: one that is welcomed and cut must not hammer.
    this.calm = setTimeout(() => { this.attempt = 0; }, CALM_MS);
    this.onMessage(message);
    this.onState({ phase: "open" });
    this.pump();
  }

  async #acknowledged({ upto, results = [], credits }) {
    const events = new Map(this.queue.held.map((event) => [event.seq, event]));
    this.acked = Math.max(this.acked, upto);
    if (credits !== undefined) this.credits = credits;
    await this.queue.acknowledge(upto);
    for (const result of results) this.onResult(result, events.get(result.seq) ?? null);
    this.pump();
  }

  async #erred({ code, seq, retry }) {
    if (code === "gap" && seq) this.sent = seq - 1;
    else if (code === "malformed" && seq) {
      // The server cannot read it, and an event that stays in front would block all behind it.
      await this.queue.discard(seq);
      this.#sendFrame({ type: "skip", from: seq, to: seq, why: "malformed" });
    } else if (retry && seq) {
      setTimeout(() => { this.sent = Math.min(this.sent, this.acked); this.pump(); }, 2_000);
      return;
    }
    this.pump();
  }

  /** Sends what is held and not sent, in order, as far as the credits go. */
  pump() {
    if (!this.open) return;
    for (const event of this.queue.after(this.sent)) {
      if (event.seq > this.acked + this.credits) break;
      this.#sendFrame({ type: "event", ...event });
      this.sent = event.seq;
    }
    this.#watch(this.turn);
  }

  /** Weight and health are not durable: sent now or never. Returns whether it went. */
  sendNow(message) {
    if (!this.open || this.socket.bufferedAmount > 65_536) return false;
    return this.#sendFrame(message);
  }

  #sendFrame(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  #watch(turn) {
    clearTimeout(this.silence);
    if (this.open && this.sent <= this.acked) return;
    const since = performance.now();
    this.silence = setTimeout(() => {
      if (turn !== this.turn) return;
      if ((this.heard ?? 0) < since) this.#lost(1006);
      else this.#watch(turn);
    }, SILENCE_MS);
  }
}
