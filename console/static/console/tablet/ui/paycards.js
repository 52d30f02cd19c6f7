// The sandbox's cards, each with an end of its own.

import { account } from "../core/tendering.js";
import { t } from "../i18n/index.js";
import { h, icon } from "./dom.js";
import { money } from "./format.js";

const SOURCES = ["approve", "decline", "slow", "timeout_before", "timeout_after"];
const SPLIT = ["partial", "gift", "points"];
const BALANCES = { gift: 200, points: 150 };

function makePayCard(name, latest, pay) {
  const balance = BALANCES[name];
  const source = balance ? account(name, latest, balance) : name;
  const note = t(`card.note.${name}`, balance ? { amount: money(balance, latest) } : {});
  return h(`button.pay-card.${name}`, { type: "button", "data-source": name, onclick: () => pay(`sandbox:${source}`) },
    h("span.top", {}, h("span.chipset"), icon(name === "gift" ? "tag" : "card")),
    h("span", {}, h("span.name", {}, t(`card.name.${name}`)), h("span.hint", {}, note)));
}

export function makePayCards(latest, pay) {
  const names = latest.accepts?.split ? [...SOURCES, ...SPLIT] : SOURCES;
  return h("div.pay-cards", {}, ...names.map((name) => makePayCard(name, latest, pay)));
}
