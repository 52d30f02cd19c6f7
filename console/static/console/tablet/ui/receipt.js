// Paid: thanks, the receipt to take along, and the pass that opens the gate once.

import { t } from "../i18n/index.js";
import { button, h, icon } from "./dom.js";
import { clockTime, money } from "./format.js";

function pass(kind, { qr, title, hint, links = [] }) {
  return h(`section.pass.surface${kind ? `.${kind}` : ""}`, { "aria-label": title },
    h("h2", {}, title), h("div.qr", {}, h("img", { src: qr, alt: `QR: ${title}` })), h("p.hint", {}, hint),
    links.length ? h("div.links", {}, ...links) : null);
}

function passes({ receipt, exit_pass: exit }) {
  if (!receipt && !exit) return [h("div.spinner", { "aria-hidden": "true" }), h("p", {}, t("done.making"))];
  return [
    receipt ? pass("", {
      qr: receipt.qr, title: t("done.receipt"), hint: t("done.receipt.lead"),
      links: [
        h("a.button", { href: receipt.url, target: "_blank", rel: "noopener" }, icon("receipt"), t("done.open")),
        receipt.pdf ? h("a.button", { href: receipt.pdf, target: "_blank", rel: "noopener" }, t("done.pdf")) : null,
        h("a.button", { href: `${receipt.url}#mail`, target: "_blank", rel: "noopener" }, t("done.mail")),
      ],
    }) : "",
    exit ? pass("exit", {
      qr: exit.qr, title: t("done.exit"),
      hint: `${t("done.exit.lead")} ${exit.expires_at ? t("done.until", { time: clockTime(exit.expires_at) }) : ""}`,
    }) : "",
  ];
}

export function makeReceipt(app) {
  const lead = h("p.lead");
  const saved = h("p.saved.chip.saving", { hidden: true });
  const box = h("div.passes");
  const element = h("div.receipt", {},
    h("div.words", {}, h("div.emblem", {}, icon("check")), h("h1", { tabindex: "-1" }, t("done.title")), lead, saved,
      button(t("done.new"), { name: "right", kind: "main big", act: () => app.newTrip() })),
    box);

  function update({ view }) {
    const { latest } = app.checkout;
    const totals = view.basket?.totals;
    if (latest) lead.textContent = t("done.lead", { amount: money(latest.amount, latest) });
    saved.hidden = !(totals?.discount > 0);
    if (!saved.hidden) saved.textContent = t("done.saved", { amount: money(totals.discount, totals) });
    const stamp = JSON.stringify([latest?.receipt, latest?.exit_pass]);
    if (box.dataset.stamp === stamp) return;
    box.dataset.stamp = stamp;
    box.replaceChildren(...passes(latest ?? {}));
  }

  return { element, update };
}
