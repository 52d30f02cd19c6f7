// The page as a whole: which screen is due, what the server's words change, what the shopper's words start.

import * as db from "./core/db.js";
import { EMPTY, fold, resultArrived, screenFor } from "./core/model.js";
import { saveSettings, showSettings } from "./core/settings.js";
import { play } from "./core/sound.js";
import { pick, t, useLanguage } from "./i18n/index.js";
import { openBag, openHelp } from "./ui/asks.js";
import { drawBar } from "./ui/bar.js";
import { openCamera, cameraAvailable } from "./ui/camera.js";
import { obey } from "./ui/commands.js";
import { closeDialogs } from "./ui/dialog.js";
import { openFind } from "./ui/find.js";
import { wordsFor } from "./ui/said.js";
import { makeScreen } from "./ui/screens.js";
import { openSettings } from "./ui/settings.js";
import { Toasts } from "./ui/toasts.js";

const NOTICE_MS = 30_000;

export class App {
  constructor(parts) {
    Object.assign(this, parts);
    this.toasts = new Toasts(document.getElementById("toasts"), document.getElementById("spoken"));
    this.screen = null;
    this.hearers = new Set();
  }

  get state() { return this.store.state; }

  begin() {
    this.#dress();
    this.store.watch(() => this.#draw());
    this.redraw();
    if (!this.token) return;
    this.link.start();
    this.#aboutDevice();
    this.checkout.advance();
  }

  get language() {
    const { settings, device } = this.state;
    return settings.language ?? pick([device?.store?.language, ...navigator.languages]);
  }

  #dress() {
    useLanguage(this.language);
    showSettings(this.state.settings);
    document.title = t("app");
  }

  redraw() { this.store.set({}); }

  /** The state with all that follows from it. */
  derived() {
    const { state, queue, checkout } = this;
    const held = queue.held.map(({ kind }) => kind);
    let screen = screenFor({ ...state, held });
    // The REST answer may know of the payment's end before the stream does, or while the stream is cut.
    if (screen === "checkout" && checkout.latest?.state === "paid" && checkout.record.trip === state.view.trip?.id) screen = "receipt";
    return {
      ...state, screen, held, unsent: queue.held.length, products: this.products, version: this.version,
      pending: screen === "shopping" ? queue.held.filter(({ kind }) => kind === "scan").reverse() : [],
      sealing: held.includes("seal"), record: checkout.record,
    };
  }

  #draw() {
    const now = this.derived();
    drawBar(document.getElementById("bar"), now, this);
    const key = `${now.screen}|${document.documentElement.lang}|${now.mode}|${now.stopped}`;
    if (this.screen?.key !== key) {
      this.screen?.end?.();
      if (this.screen && this.screen.name !== now.screen) {
        closeDialogs();
        this.toasts.clear();
      }
      this.screen = { ...makeScreen(now.screen, this, now), key, name: now.screen };
      const root = document.getElementById("screen");
      root.dataset.name = now.screen;
      root.replaceChildren(this.screen.element);
      root.scrollTop = 0;
      this.screen.element.querySelector("h1, h2")?.focus({ preventScroll: true });
    }
    this.screen.update(now);
    if (this.updateWhenIdle && now.screen === "idle") this.afterStop("update");
  }

  // What the server says

  heard(message) {
    let view = fold(this.state.view, message);
    if (view.trip && (view.trip.id === this.state.dismissed || this.#foreignEnd(view.trip))) view = { ...EMPTY };
    if (message.type === "welcome" && !view.trip) view = this.#unfinished() ?? view;
    const before = this.state.view.discrepancies.length;
    if (view !== this.state.view) this.#show(view);
    if (message.type === "discrepancy" && message.state === "open" && view.discrepancies.length > before) this.sound("ask");
    if (message.type === "discrepancy" && ["cleared", "resolved"].includes(message.state)) this.toasts.show(t("card.cleared"));
    if (message.type === "command") obey(message, this);
    if (message.type === "error") console.warn("refused", message.code, message.detail);
    if (message.type === "welcome" || message.type === "trip") this.checkout.follow(view.trip);
    for (const hearer of this.hearers) hearer(message);
  }

  /** A trip that ended before this tablet's storage began is nobody's receipt here. */
  #foreignEnd({ id, state }) {
    return state === "paid" && this.state.view.trip?.id !== id && this.checkout.record?.trip !== id;
  }

  /** The stream knows of no trip any more, but its checkout's end was not shown yet: the checkout tells. */
  #unfinished() {
    const { view } = this.state;
    const open = this.checkout.record && this.checkout.record.trip === view.trip?.id;
    return open ? { ...view, discrepancies: [], trip: { ...view.trip, state: "paying" } } : null;
  }

  #show(view, rest = {}) {
    this.store.set({ view, ...rest });
    db.put("view", { ...view, paused: rest.paused ?? this.state.paused }).catch(console.warn);
  }

  answered(result, event) {
    const view = resultArrived(this.state.view, result);
    const paused = { paused: true, resumed: false, sealed: false, cancelled: false, started: false }[result.outcome];
    if (view !== this.state.view || paused !== undefined) this.#show(view, paused === undefined ? {} : { paused });
    const words = wordsFor(result, this.products.get(event?.data?.code)?.name, view.totals ?? undefined);
    // What was added shows itself in the basket; it is only read out.
    if (words && result.outcome === "added") this.toasts.say(words.text);
    else if (words) this.toasts.show(words.text, words);
    if (words) this.sound(words.ask ? "ask" : "yes");
    if (result.outcome === "bag_noted") this.#notice("bag.noted");
    if (result.outcome === "called") this.#notice("help.called");
    this.redraw();
  }

  #notice(notice) {
    this.store.set({ notice });
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => this.store.set({ notice: null }), NOTICE_MS);
    this.toasts.say(t(notice));
  }

  linked(link) {
    this.store.set({ link, stopped: link.phase === "stopped" && link.reason !== "enrol" ? link.reason : null });
    if (link.reason === "enrol") this.forgetToken();
  }

  sound(name) {
    if (this.state.settings.sound) play(name);
  }

  // What the shopper and the staff do

  async scanned(code) {
    const { screen } = this.derived();
    if (screen === "pairing") return this.screen.scanned?.(code);
    if (screen === "shopping" || screen === "idle") return this.scan(code, "scanner");
    return null;
  }

  scan(code, source, quantity = 1) { return this.session.scan(code, source, quantity); }

  notStored(error) {
    console.error("event not stored", error);
    this.toasts.show(t("said.storage"), { ask: true });
  }

  choose(product) { return this.scan(product.code, "keyed"); }
  remove(line, quantity) { return this.session.remove({ line: line.line }, quantity); }
  pause() { this.#show(this.state.view, { paused: true }); return this.session.pause(); }
  resume() { this.#show(this.state.view, { paused: false }); return this.session.resume(); }

  /** The data of a `start` event if one is due before the next scan, else null. */
  startData() {
    if (this.derived().screen !== "idle") return null;
    this.#show({ ...EMPTY }, { paused: false });
    return { mode: this.state.mode, language: this.language };
  }

  startTrip() {
    const data = this.startData();
    return data ? this.session.start(data) : null;
  }

  /** The receipt has been seen: the next shopper finds the welcome. */
  async newTrip() {
    const dismissed = this.checkout.record?.trip ?? this.state.view.trip?.id ?? null;
    await db.put("dismissed", dismissed);
    this.#show({ ...EMPTY }, { dismissed, notice: null });
    await this.checkout.follow(null);
  }

  async askHelp(card) { await this.session.assist(`discrepancy ${card.kind}`); return "help.called"; }
  search(query) { return this.products.search(query); }
  produce() { return this.products.produce(); }
  openBag() { return openBag(this); }
  openHelp() { return openHelp(this); }
  openCamera() { return openCamera(this); }
  openFind() { return openFind(this, { currency: this.state.device.store, canUseCamera: cameraAvailable() }); }

  openSettings() {
    closeDialogs();
    return openSettings(this, this.derived());
  }

  async setSettings(change) {
    const settings = { ...this.state.settings, ...change };
    this.store.set({ settings });
    this.#dress();
    await saveSettings(settings);
  }

  // The device

  async pair(code, mode) {
    const { token, ...device } = await this.api.enrol(code);
    const before = await db.get("device");
    if (before?.device?.cart?.id !== device.cart.id) await this.#otherCart();
    this.token = token;
    await db.put("device", { token, device, mode });
    this.store.set({ device, mode, stopped: null });
    this.#dress();
    this.link.start();
  }

  /** Another cart's events are not this cart's: a new stream, an empty view. */
  async #otherCart() {
    await this.queue.restart();
    await this.checkout.follow(null);
    await db.remove("dismissed");
    this.#show({ ...EMPTY }, { dismissed: null, paused: false });
  }

  async #aboutDevice() {
    const device = await this.api.device().catch(() => null);
    if (!device) return;
    this.store.set({ device });
    await db.put("device", { token: this.token, device, mode: this.state.mode });
    this.products.produce().catch(() => null);
  }

  /** The token has ended. The events stay: the same cart, enrolled again, goes on where it stopped. */
  async forgetToken() {
    this.token = null;
    const kept = await db.get("device");
    await db.put("device", { ...kept, token: null, device: kept?.device ?? null });
    this.store.set({ device: null });
  }

  async afterStop(kind) {
    if (kind === "quarantine") {
      await this.#otherCart();
      await db.remove("device");
      this.token = null;
      return this.store.set({ stopped: null, device: null });
    }
    if (kind === "update") {
      await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
      return location.reload();
    }
    return this.link.start();
  }
}
