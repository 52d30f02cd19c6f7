// Freshness. The socket says "look again" and htmx fetches the fragment; without the socket the page polls every 2 s.
// Nudges may be lost on the way, so the page also looks now and then while the socket stands.
import { serverTime } from "./ticking.js";

const POLL_MS = 2000;
const SAFETY_MS = 10000;
const SPACING_MS = 700;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];

const WORDS = { live: "Live", polling: "Live, every 2 s", offline: "Offline: what you see may be old", starting: "Connecting" };

class Liveness {
  constructor(store) {
    this.store = store;
    this.open = false;
    this.failing = false;
    this.tries = 0;
    this.looked = 0;
    this.pending = null;
  }

  start() {
    document.addEventListener("htmx:config:request", (event) => {
      const ctx = event.detail.ctx;
      const seen = ctx.sourceElement?.dataset?.seen;
      if (seen) ctx.request.headers["X-Seen"] = seen;
    });
    document.addEventListener("htmx:after:request", (event) => {
      serverTime(event.detail.ctx.response.headers.get("Date"));
      this.#reached(event.detail.ctx.response.status < 500);
    });
    document.addEventListener("htmx:error", (event) => {
      if (!event.detail.ctx?.response) this.#reached(false);
    });
    document.addEventListener("fresh", () => this.look());
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
    addEventListener("online", () => { this.tries = 0; this.#connect(); });
    setInterval(() => this.#poll(), 500);
    this.#connect();
  }

  /** Fetch every live fragment that this nudge is about; nudges that come together are one fetch. */
  look(what = null, id = null) {
    this.wanted ??= [];
    this.wanted.push({ what, id });
    if (this.pending) return;
    const wait = Math.max(0, SPACING_MS - (performance.now() - this.looked));
    this.pending = setTimeout(() => this.#fetch(), wait);
  }

  #fetch() {
    const wanted = this.wanted;
    this.pending = this.wanted = null;
    this.looked = performance.now();
    for (const element of document.querySelectorAll("[data-live]")) {
      const kinds = element.dataset.live.split(" ");
      const fits = ({ what, id }) => what === null
        || (kinds.includes(what) && (!element.dataset.liveId || element.dataset.liveId.split(" ").includes(id)));
      if (wanted.some(fits)) element.dispatchEvent(new CustomEvent("look"));
    }
  }

  #poll() {
    if (document.hidden || !document.querySelector("[data-live]")) return;
    const limit = this.open ? SAFETY_MS : POLL_MS;
    if (performance.now() - this.looked >= limit - 250) this.look();
  }

  #connect() {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/ws/console/?store=${this.store}`);
    this.socket.onopen = () => { this.open = true; this.tries = 0; this.#show(); this.look(); };
    this.socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "look") this.look(message.what, message.id);
      document.dispatchEvent(new CustomEvent("nudge", { detail: message }));
    };
    this.socket.onclose = (event) => {
      this.open = false;
      this.#show();
      if (event.code === 4401) { this.look(); return; }
      const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)] * (0.75 + Math.random() / 2);
      this.tries += 1;
      setTimeout(() => this.#connect(), wait);
    };
  }

  #reached(well) {
    this.failing = !well;
    this.#show();
  }

  #show() {
    const sign = document.getElementById("liveness");
    if (!sign) return;
    const state = this.failing ? "offline" : this.open ? "live" : "polling";
    if (sign.dataset.state === state) return;
    sign.dataset.state = state;
    sign.querySelector("span").textContent = WORDS[state];
  }
}

export function live(store) {
  new Liveness(store).start();
}
