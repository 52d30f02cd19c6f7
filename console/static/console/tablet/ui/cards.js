// Discrepancy cards: a kind headline of ours, the server's advice in its own words, the two weights, and what to do.

import { t } from "../i18n/index.js";
import { button, h, icon, keyed } from "./dom.js";
import { weightChange } from "./format.js";
import { remediesFor } from "./remedies.js";

const NAMES = { scale_fault: "scale", not_placed: "put", removed: "take", not_removed: "take" };

function grams(card) {
  if (card.kind === "scale_fault") return null;
  const entries = [["card.seen", card.observed_g], ["card.expected", card.expected_g]]
    .filter(([, value]) => Number.isFinite(value) && Math.abs(value) >= 1);
  return entries.length ? h("div.grams", {}, ...entries.map(([key, value]) => h("span", {}, `${t(key)} `, h("b", {}, weightChange(value))))) : null;
}

function makeCard(card, line, app) {
  const told = h("div.told", { role: "status", hidden: true });
  const tell = (key) => {
    if (!key) return;
    told.replaceChildren(icon("check"), h("span", {}, t(key)));
    told.hidden = false;
  };
  const actions = remediesFor(card, line).map(({ label, values, name, kind, act }) => {
    const made = button(t(label, values), { name, kind: kind ?? "", "data-role": label, act: async () => tell(await act(app, card)) });
    return made;
  });
  if (actions.filter((made) => !made.classList.contains("wide")).length % 2) {
    actions.findLast((made) => !made.classList.contains("wide")).classList.add("wide");
  }
  if (card.state === "escalated") tell("card.escalated");
  const id = `card-${card.id}`;
  return h(`article.ask-card${card.kind === "scale_fault" ? ".calm" : ""}`, { "aria-labelledby": id, "data-kind": card.kind },
    h("header", {}, icon(NAMES[card.kind] ?? "alert"), h("h3", { id }, t(`card.${card.kind}`) ?? t("card.region"))),
    h("p.advice", {}, card.kind === "scale_fault" && !card.advice ? t("card.fault.lead") : card.advice),
    grams(card), told, h("div.do", {}, ...actions));
}

export function makeCards(app) {
  const element = h("section.cards", { "aria-label": t("card.region") });
  const known = new Set();

  function update({ view, notice }) {
    const cards = [...view.discrepancies].reverse();
    const lineOf = (card) => view.basket?.lines.find(({ line }) => line === card.line) ?? null;
    const items = [...(notice ? [{ id: "notice", notice }] : []), ...cards];
    keyed(element, items, {
      key: ({ id }) => id,
      stamp: (card) => card.notice ?? JSON.stringify([card.kind, card.state, card.advice, card.observed_g, card.candidates, lineOf(card)?.line]),
      make: (card) => (card.notice ? makeNotice(card.notice) : makeCard(card, lineOf(card), app)),
    });
    for (const card of cards) {
      if (known.has(card.id)) continue;
      known.add(card.id);
      app.toasts.say(`${t(`card.${card.kind}`) ?? t("card.region")}. ${card.advice}`);
    }
  }

  return { element, update };
}

function makeNotice(key) {
  return h("div.note", { role: "status" }, icon(key === "bag.noted" ? "bag" : "person"), h("span", {}, t(key)));
}
