// The durable event queue. An event gets its seq and is written to disk in one transaction, and only then may it be
// sent; it keeps that seq through every retry, reload and reconnect, and leaves the disk only when the server says
// that it is on the server's disk. Two windows on one tablet share the store, and IndexedDB's transactions keep
// their seqs apart.

import { done, transact } from "./db.js";

const STREAM = "current";
const BOTH = ["stream", "events"];

export class EventQueue {
  constructor(clock, { uuid = () => crypto.randomUUID() } = {}) {
    this.clock = clock;
    this.uuid = uuid;
    this.stream = null;
    this.held = [];
  }

  /** Loads what the disk holds, and begins a stream if there is none. */
  async load() {
    const { stream, held } = await transact(BOTH, "readwrite", async ({ stream: streams, events }) => {
      const found = (await done(streams.get(STREAM))) ?? this.#begin(streams);
      return { stream: found, held: await done(events.getAll()) };
    });
    this.stream = stream;
    this.held = held;
    this.clock.resume(stream);
    return this;
  }

  /** Drops everything and begins a new stream: another cart, or a quarantined stream. */
  async restart() {
    await transact(BOTH, "readwrite", async ({ stream, events }) => {
      await done(events.clear());
      this.#begin(stream);
    });
    return this.load();
  }

  #begin(streams) {
    const begun = { id: this.uuid(), startedAt: this.clock.wall(), nextSeq: 1, lastAt: 0 };
    streams.put(begun, STREAM);
    return begun;
  }

  /** Stores an event and returns it; it may be sent once this resolves. */
  async add(kind, data = {}) {
    const event = await transact(BOTH, "readwrite", async ({ stream: streams, events }) => {
      const stream = await done(streams.get(STREAM));
      const at = Math.max(this.clock.read(), stream.lastAt);
      const stored = { seq: stream.nextSeq, at, kind, data };
      streams.put({ ...stream, nextSeq: stored.seq + 1, lastAt: at }, STREAM);
      events.add(stored);
      return stored;
    });
    this.stream.nextSeq = event.seq + 1;
    this.stream.lastAt = event.at;
    this.held.push(event);
    return event;
  }

  /** Every event up to `upto` is on the server's disk: forgets them, and returns them. */
  async acknowledge(upto) {
    const gone = this.held.filter((event) => event.seq <= upto);
    this.held = this.held.filter((event) => event.seq > upto);
    await transact(BOTH, "readwrite", async ({ stream: streams, events }) => {
      if (gone.length) events.delete(IDBKeyRange.upperBound(upto));
      const stream = await done(streams.get(STREAM));
      // The server knows more than we do only if this disk lost its last writes: never use those seqs again.
      if (upto >= stream.nextSeq) streams.put({ ...stream, nextSeq: upto + 1 }, STREAM);
    });
    this.stream.nextSeq = Math.max(this.stream.nextSeq, upto + 1);
    return gone;
  }

  /** Gives up one event that the server cannot read; its seq becomes a hole, to be skipped aloud. */
  async discard(seq) {
    this.held = this.held.filter((event) => event.seq !== seq);
    await transact(["events"], "readwrite", ({ events }) => { events.delete(seq); });
  }

  /** What `hello` says of the queue. */
  bounds() {
    return {
      stream: this.stream.id,
      first: this.held.length ? this.held[0].seq : null,
      last: this.held.length ? this.held[this.held.length - 1].seq : null,
    };
  }

  /** Seqs after `acked` that were given out and are not held any more, as [from, to] pairs: to be skipped aloud. */
  holes(acked) {
    const holes = [];
    let expected = acked + 1;
    for (const { seq } of this.held.filter((event) => event.seq > acked)) {
      if (seq > expected) holes.push([expected, seq - 1]);
      expected = seq + 1;
    }
    if (expected < this.stream.nextSeq) holes.push([expected, this.stream.nextSeq - 1]);
    return holes;
  }

  after(seq) {
    return this.held.filter((event) => event.seq > seq);
  }
}
