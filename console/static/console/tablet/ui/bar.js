// The bar on top: whose store, which cart, how the link stands, settings, and in phone mode nothing more.

import { t } from "../i18n/index.js";
import { h, icon, iconButton } from "./dom.js";

export function linkWords({ link, unsent }) {
  if (link.phase === "open") return unsent ? t("link.sending", { n: unsent }) : t("link.open");
  if (link.phase === "waiting") return unsent ? `${t("link.waiting.short")} · ${t("link.sending", { n: unsent })}` : t("link.waiting.short");
  return t("link.connecting");
}

/** Draws the bar; `app` gives `openSettings`. */
export function drawBar(root, state, app) {
  const { device, link, unsent } = state;
  const words = device ? linkWords(state) : "";
  const stamp = [words, link.phase, device?.store?.name, device?.cart?.label, t("menu.title")].join("|");
  if (root.dataset.stamp === stamp) return;
  root.dataset.stamp = stamp;
  root.replaceChildren(
    h("div.store", {}, icon("cart"), h("span", {}, device?.store?.name ?? t("app"))),
    device ? h("span.cart-label", {}, t("cart", { label: device.cart.label })) : "",
    h("span.space"),
    device
      ? h("span.link", { "data-phase": link.phase, "data-unsent": unsent, title: link.phase === "waiting" ? t("link.waiting") : words },
        icon(link.phase === "waiting" ? "offline" : "online"), h("span.words", { role: "status" }, words))
      : "",
    iconButton(t("menu.title"), "settings", () => app.openSettings(), "quiet"),
  );
}
