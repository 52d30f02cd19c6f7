// Between two shoppers: a welcome, the languages, and one big button.

import { LANGUAGES, language, t } from "../i18n/index.js";
import { asset, button, h } from "./dom.js";

export function makeIdle(app, state) {
  const phone = state.mode === "phone";
  const tongues = Object.entries(LANGUAGES).map(([code, { language: name }]) => button(name, {
    act: () => app.setSettings({ language: code }), lang: code, "aria-pressed": String(code === language()),
  }));
  const element = h("div.idle", {},
    h("div.words", {},
      h("h1", { tabindex: "-1" }, h("small", {}, t("idle.hello")), t("idle.welcome", { store: state.device.store.name })),
      h("p.lead", {}, t(phone ? "idle.lead.phone" : "idle.lead")),
      h("div.go", {}, button(t("idle.start"), { name: "cart", kind: "main big", act: () => app.startTrip() }), h("span.muted", {}, t("idle.or"))),
      h("div.tongues", { role: "group", "aria-label": t("menu.language") }, ...tongues)),
    h("img.art", { src: asset("welcome.svg"), alt: "" }));
  return { element, update() {} };
}
