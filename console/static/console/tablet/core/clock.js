// The stream's clock: milliseconds since the stream began, never going back. `performance.now()` is monotonic but
// starts again with each page, so a page continues from the greater of the last stored time and the wall clock's
// distance from the stream's start. A wall clock that jumps while the page is open therefore changes nothing.

export class StreamClock {
  constructor({ now = () => performance.now(), wall = () => Date.now() } = {}) {
    this.now = now;
    this.wall = wall;
    this.resume({ startedAt: wall(), lastAt: 0 });
  }

  /** Goes on from a stored stream: `startedAt` is wall milliseconds, `lastAt` stream milliseconds. */
  resume({ startedAt, lastAt }) {
    this.origin = this.now();
    this.base = Math.max(lastAt, this.wall() - startedAt, 0);
  }

  /** Whole milliseconds since the stream's start. */
  read() {
    return Math.round(this.base + this.now() - this.origin);
  }
}
