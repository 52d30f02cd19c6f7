// Language, large text, contrast, the left hand, sounds; and what concerns this trip and this device.

import { PROTOCOLS } from "../core/scaleprotocols.js";
import { serialAvailable } from "../core/serialscale.js";
import { READER_ID } from "../core/tendering.js";
import { LANGUAGES, language, t } from "../i18n/index.js";
import { openCancel } from "./asks.js";
import { openDialog } from "./dialog.js";
import { button, h } from "./dom.js";

function tongue(app, code, name) {
  return h("label.choice", { lang: code }, h("input", {
    type: "radio", name: "language", value: code, checked: code === language(),
    onchange: () => { app.setSettings({ language: code }); app.openSettings(); },
  }), h("span", {}, name));
}

function toggle(app, settings, name) {
  return h("label.switch", {}, h("span.words", {}, t(`menu.${name}`)),
    h("input", { type: "checkbox", role: "switch", name, checked: Boolean(settings[name]), onchange: ({ target }) => app.setSettings({ [name]: target.checked }) }));
}

/** Staff's way to a real scale; where the browser knows no serial ports, or the demo's panel weighs, nothing. */
function scaleGroup(app) {
  if (!serialAvailable() || app.state.mode === "phone" || document.body.dataset.demo) return "";
  const words = h("p.muted", { role: "status" }, app.scale.running ? t("menu.scale.on") : "");
  const connect = (protocol) => app.scale.connect(protocol)
    .then(() => { words.textContent = t("menu.scale.on"); }, () => { words.textContent = t("menu.scale.none"); });
  return h("section.group", {}, h("h3", {}, t("menu.scale")), words, h("div.pair", {}, ...Object.entries(PROTOCOLS).map(
    ([name, { label }]) => button(label, { name: "scale", "aria-label": `${t("menu.scale.connect")}: ${label}`, act: () => connect(name) }))));
}

/** Staff name the card reader that is on this cart. What is no reader's name is not kept. */
function readerGroup(app, settings) {
  const words = h("p.muted", { id: "reader-words", role: "status" }, t(settings.reader ? "menu.reader.on" : "menu.reader.lead"));
  const field = h("input.field", {
    id: "reader", autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: "tmr_…", value: settings.reader, "aria-describedby": "reader-words",
    onchange: () => {
      const reader = field.value.trim();
      const good = !reader || READER_ID.test(reader);
      field.setAttribute("aria-invalid", String(!good));
      words.textContent = t(!good ? "menu.reader.wrong" : reader ? "menu.reader.on" : "menu.reader.lead");
      if (good) app.setSettings({ reader });
    },
  });
  return h("section.group", {}, h("h3", {}, h("label", { for: "reader" }, t("menu.reader"))), field, words);
}

export function openSettings(app, { settings, screen, unsent, device, version }) {
  const shopping = screen === "shopping";
  const dialog = openDialog(t("menu.title"), [
    h("section.group", {}, h("h3", {}, t("menu.language")),
      h("div.choices", { role: "radiogroup", "aria-label": t("menu.language") },
        ...Object.entries(LANGUAGES).map(([code, { language: name }]) => tongue(app, code, name)))),
    h("section.group", {}, ...["text", "contrast", "left", "sound"].map((name) => toggle(app, settings, name))),
    shopping ? h("section.group", {}, h("h3", {}, t("menu.trip")), h("div.pair", {},
      button(t("menu.pause"), { name: "pause", act: () => { dialog.close(); app.pause(); } }),
      button(t("menu.cancel"), { name: "close", act: () => { dialog.close(); openCancel(app); } }))) : "",
    device && screen === "idle" ? scaleGroup(app) : "",
    device && screen === "idle" ? readerGroup(app, settings) : "",
    device ? h("section.group", {}, h("h3", {}, t("menu.device")),
      h("p.muted", {}, `${t("cart", { label: device.cart.label })} · ${device.retailer.name} · ${version}`),
      h("p.muted", {}, unsent ? t("menu.unsent", { n: unsent }) : t("menu.unsent.none"))) : "",
  ], { kind: "settings" });
  return dialog;
}
