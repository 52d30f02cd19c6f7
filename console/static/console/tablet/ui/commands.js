// What staff or the server ask of the cart: show yourself, wait, weigh anew, update.

import { play } from "../core/sound.js";
import { t } from "../i18n/index.js";
import { h, icon } from "./dom.js";

const LOCATE_MS = 8_000;

function overlay(kind, name, title, lead) {
  const element = h(`div.overlay.${kind}`, { role: "alert" }, icon(name), h("h1", {}, title), lead ? h("p", {}, lead) : null);
  document.querySelector(`.overlay.${kind}`)?.remove();
  document.getElementById("tablet").append(element);
  return element;
}

const COMMANDS = {
  locate() {
    const element = overlay("locate", "cart", t("locate"));
    play("here");
    setTimeout(() => element.remove(), LOCATE_MS);
  },
  lock(data) {
    const on = data.on ?? data.locked ?? true;
    if (on) overlay("lock", "lock", t("lock.title"), data.text ?? t("lock.lead"));
    else document.querySelector(".overlay.lock")?.remove();
  },
  recalibrate(data, app) { app.onRecalibrate?.(data); },
  update(data, app) {
    // Never in the middle of a trip: the reload waits for the next welcome screen.
    app.updateWhenIdle = true;
    app.redraw();
  },
};

export function obey({ name, data }, app) {
  COMMANDS[name]?.(data ?? {}, app);
}
