// How to pay: what is set aside already, a tip, a part of the sum, and the ways that the store takes.

import { atReader, held, left, partial, tips, typed } from "../core/tendering.js";
import { t } from "../i18n/index.js";
import { button, h, icon } from "./dom.js";
import { money } from "./format.js";
import { makePayCards } from "./paycards.js";

function makeHeld(latest, app) {
  const rows = held(latest);
  if (!rows.length) return null;
  return h("section.held", { "aria-label": t("pay.held") }, h("h2", {}, t("pay.held")),
    h("ul", {}, ...rows.map((row) => {
      const words = `${t(`pay.method.${row.method}`) ?? row.method}: ${money(row.amount, latest)}`;
      return h("li", {}, icon("check"), h("span", {}, words, row.tip ? ` + ${t("pay.tip.of", { amount: money(row.tip, latest) })}` : ""),
        button(t("pay.release"), { act: () => app.checkout.release(row.id), "aria-label": `${t("pay.release")}: ${words}`, "data-role": `release-${row.id}` }));
    })));
}

function makeNews(latest) {
  const short = partial(latest);
  const rest = money(left(latest), latest);
  if (latest.payment?.state === "declined") return h("p.trouble", { role: "alert" }, icon("alert"), t("pay.declined"));
  if (short) return h("p.trouble", { role: "alert" }, icon("alert"), t("pay.partial", { amount: money(short.amount, latest), rest }));
  return held(latest).length ? h("p.lead", { role: "status" }, t("pay.rest", { rest })) : null;
}

function makeTips(latest, chosen) {
  const offers = tips(latest);
  if (!offers.length) return null;
  const all = [{ percent: 0, amount: 0 }, ...offers];
  return h("fieldset.tips", {}, h("legend", {}, t("pay.tip")), ...all.map(({ percent, amount }) => h("label.button", {},
    h("input", { type: "radio", name: "tip", value: String(amount), checked: amount === 0, onchange: () => { chosen.tip = amount; } }),
    h("span", {}, amount ? `${percent} % · ${money(amount, latest)}` : t("pay.tip.none")))));
}

function makePart(latest, chosen) {
  const most = left(latest);
  if (!latest.accepts?.split || most < 2) return null;
  const wrong = h("p.trouble", { role: "alert", id: "part-wrong", hidden: true }, icon("alert"), t("pay.part.wrong", { most: money(most, latest) }));
  const field = h("input.field", {
    id: "part", inputmode: "decimal", autocomplete: "off", placeholder: money(most, latest), "aria-describedby": "part-wrong",
    oninput: () => {
      const amount = field.value.trim() ? typed(field.value, { exponent: latest.exponent, most }) : most;
      chosen.amount = amount === most ? undefined : amount;
      wrong.hidden = amount !== null;
      field.setAttribute("aria-invalid", String(amount === null));
    },
  });
  chosen.ask = () => field.focus();
  return h("details.part", {}, h("summary", {}, t("pay.part")), h("label", { for: "part" }, t("pay.part.lead")), field, wrong);
}

function makeTill(latest, pay) {
  if (!latest.accepts?.providers.includes("till")) return null;
  return button(t("pay.till"), { name: "person", kind: "wide", act: () => pay("till"), "data-source": "till" });
}

/** The card reader on this cart; the amount is taken there, and no card's number comes near us. */
function makeReader(source, pay) {
  return source && button(t("pay.reader"), { name: "card", kind: "main wide", act: () => pay(source), "data-source": "reader" });
}

/** The stage of a checkout that is ready to be paid. */
export function makeTenders({ latest }, app) {
  // `amount` is undefined for all that is open, and null for what was typed and is no amount.
  const chosen = { tip: 0, amount: undefined, ask: () => null };
  const pay = (source) => (chosen.amount === null ? chosen.ask() : app.checkout.pay({ source, amount: chosen.amount, tip: chosen.tip }));
  const sandbox = latest.accepts?.providers.includes("sandbox") ?? true;
  const reader = atReader(latest, app.state.settings.reader);
  const till = makeTill(latest, (source) => app.checkout.pay({ source, tip: 0 }));
  return h("div.body.left", {}, h("h1", { tabindex: "-1" }, t("pay.choose")), makeNews(latest), makeHeld(latest, app),
    sandbox || reader ? makeTips(latest, chosen) : null,
    makeReader(reader, pay),
    sandbox ? makePayCards(latest, pay) : null,
    sandbox || reader ? makePart(latest, chosen) : null,
    till,
    sandbox ? h("p.muted", {}, t("pay.sandbox")) : reader || till ? null : h("p.lead", {}, t("pay.none")));
}
