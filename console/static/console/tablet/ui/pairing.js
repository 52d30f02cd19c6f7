// The first screen of a new tablet: the one-time code that staff made in the admin becomes this device's token.

import { t } from "../i18n/index.js";
import { button, h, icon } from "./dom.js";

const SHAPE = /^[A-Z0-9]{4}-?[A-Z0-9]{4}$/;

/** The one-time code in what was scanned or typed: bare, or in a link's `code` (query or fragment). */
export function codeIn(text) {
  const linked = /[?#&](?:code|pair)=([A-Za-z0-9-]+)/.exec(text);
  const bare = (linked ? linked[1] : text).toUpperCase().replace(/[^A-Z0-9]/g, "");
  return bare.length > 4 ? `${bare.slice(0, 4)}-${bare.slice(4, 12)}` : bare;
}

export function explain(code) {
  return t(`error.${code}`) ?? t("error.any", { code });
}

export function makePairing(app, { code = "" } = {}) {
  const trouble = h("p.trouble", { role: "alert", hidden: true });
  const field = h("input.field.code", {
    name: "code", value: codeIn(code), autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
    inputmode: "text", maxlength: "9", required: true, placeholder: "K7QD-M2XR", "aria-label": t("pair.code"),
  });
  field.oninput = () => { field.value = codeIn(field.value); };
  const use = (mode, label, checked) => h("label.choice", {},
    h("input", { type: "radio", name: "mode", value: mode, checked }), h("span", {}, label));
  const go = button(t("pair.go"), { name: "tablet", kind: "main big", type: "submit", act: null });
  const form = h("form.surface", { onsubmit: (event) => { event.preventDefault(); pair(); } },
    h("label", {}, t("pair.code"), field), trouble,
    h("fieldset", {}, h("legend", {}, t("pair.use")),
      h("div.choices", {}, use("cart", t("pair.use.cart"), true), use("phone", t("pair.use.phone"), false))),
    go);

  async function pair() {
    if (!SHAPE.test(field.value)) return field.focus();
    go.disabled = true;
    trouble.hidden = true;
    try {
      await app.pair(field.value, new FormData(form).get("mode"));
    } catch (error) {
      trouble.replaceChildren(icon("alert"), explain(error.code ?? "error"));
      trouble.hidden = false;
    }
    go.disabled = false;
    return null;
  }

  const element = h("div.middle.pairing", {},
    h("div.emblem", {}, icon("tablet")),
    h("h1", { tabindex: "-1" }, t("pair.title")), h("p.lead", {}, t("pair.lead")), form);
  return { element, scanned: (text) => { field.value = codeIn(text); return pair(); }, update() {} };
}
