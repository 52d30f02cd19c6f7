// Wiring: the parts are made here, told of each other, and started.

import { App } from "./app.js";
import { Api } from "./core/api.js";
import { Checkout } from "./core/checkout.js";
import { StreamClock } from "./core/clock.js";
import * as db from "./core/db.js";
import { tellHealth } from "./core/health.js";
import { Link } from "./core/link.js";
import { EMPTY } from "./core/model.js";
import { Products } from "./core/products.js";
import { EventQueue } from "./core/queue.js";
import { SerialScale } from "./core/serialscale.js";
import { Session } from "./core/session.js";
import { loadSettings } from "./core/settings.js";
import { Store } from "./core/store.js";
import { Wedge } from "./core/wedge.js";
import { useAssets } from "./ui/dom.js";

const SCALE = { division_g: 1, capacity_g: 40_000, rate_hz: 10 };

async function boot() {
  const { api: base, socket, assets, home, version, demo } = document.body.dataset;
  useAssets(assets);
  const [kept, settings, view, dismissed] = await Promise.all([db.get("device"), loadSettings(), db.get("view"), db.get("dismissed")]);
  const clock = new StreamClock();
  const queue = await new EventQueue(clock).load();
  const store = new Store({
    device: kept?.token ? kept.device : null, mode: kept?.mode ?? "cart", settings, view: view ?? EMPTY, dismissed: dismissed ?? null,
    link: { phase: "connecting" }, stopped: null, notice: null, paused: Boolean(view?.paused),
  });
  const app = new App({ store, queue, home, version, token: kept?.token ?? null });
  app.api = new Api(base, () => app.token);
  app.products = new Products(app.api);
  app.checkout = await new Checkout({ api: app.api, language: () => app.language, changed: () => app.redraw() }).load();
  app.link = new Link({
    url: new URL(socket, location.href.replace(/^http/, "ws")).href, api: app.api, queue,
    hello: () => ({
      seen: store.state.view.basket?.revision ?? null, clock: new Date().toISOString(), firmware: `tablet ${version}`,
      scale: store.state.mode === "phone" ? null : SCALE,
    }),
    onMessage: (message) => app.heard(message), onState: (link) => app.linked(link), onResult: (result, event) => app.answered(result, event),
  });
  app.session = new Session({ queue, link: app.link, changed: () => app.redraw(), starting: () => app.startData(), failed: (error) => app.notStored(error) });
  new Wedge({ onCode: (code) => app.scanned(code) }).attach();
  addEventListener("online", () => app.link.nudge());
  addEventListener("offline", () => app.link.cut());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && app.link.nudge());
  tellHealth(app.link);
  app.scale = new SerialScale({ clock, send: (frame) => app.link.sendNow(frame), changed: () => app.redraw() });
  app.begin();
  // In the demo the panel is the scale, and two scales in one stream would be none.
  if (!demo) app.scale.resume();
  if (demo) await import("./demo/panel.js").then(({ attach }) => attach(app, document.getElementById("sensors")));
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(`${home}sw.js`, { scope: home }).catch(console.warn);
  navigator.storage?.persist?.();
}

boot();
