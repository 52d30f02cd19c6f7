// From seal to payment. The stage says what happens now; the bill beside it stays the same all the way.

import { atTill, left, presented } from "../core/tendering.js";
import { t } from "../i18n/index.js";
import { makeAtTill } from "./attill.js";
import { makeCorrected } from "./corrected.js";
import { button, h, icon } from "./dom.js";
import { minutes, money } from "./format.js";
import { makeProblems } from "./problems.js";
import { makeTenders } from "./tenders.js";

/** Which stage to show: pure. `record` is the checkout's record or null. */
export function stageFor({ latest, paying, trouble, sealing }) {
  if (sealing || (!latest && !trouble)) return "sealing";
  if (trouble && trouble !== "offline" && !paying) return "trouble";
  if (!latest) return "sealing";
  if (paying) return latest.state === "unknown" ? "unknown" : "going";
  if (latest.state === "in_review") return latest.problems?.length ? "problems" : "review";
  if (atTill(latest)) return "till";
  if (latest.state === "cleared" && latest.confirmation_due) return "corrected";
  if (latest.state === "paying") return "going";
  if (latest.state === "paid") return "going";
  return latest.state;
}

function steps(stage) {
  const current = { cleared: 1, till: 1, going: 1, unknown: 1 }[stage] ?? 0;
  return h("ol.steps", {}, ...["check", "pay", "done"].map((key, place) => h(`li${place < current ? ".done" : ""}`,
    { "aria-current": place === current ? "step" : null },
    h("span.dot", {}, place < current ? icon("check") : String(place + 1)), t(`pay.step.${key}`))));
}

const heading = (text) => h("h1", { tabindex: "-1" }, text);
const lead = (text) => h("p.lead", {}, text);

function waiting(title, words) {
  return h("div.body", {}, h("div.spinner", { "aria-hidden": "true" }), heading(title), words ? lead(words) : null);
}

function review({ latest }) {
  const next = [["camera", "pay.review.1"], ["person", "pay.review.2"], ["card", "pay.review.3"]];
  const reasons = [...new Set((latest.reasons ?? []).map(({ text }) => text).filter(Boolean))];
  return h("div.body", {},
    h("div.looking", {}, icon("eye")), heading(t("pay.review")),
    h("p.message", {}, latest.message || t("pay.review.lead")),
    h("ol.next", {}, ...next.map(([name, key]) => h("li", {}, icon(name), h("span", {}, t(key))))),
    h("p.muted", { "data-role": "waited" }),
    reasons.length ? h("details.why", {}, h("summary", {}, t("pay.review.why")), h("ul", {}, ...reasons.map((text) => h("li", {}, text)))) : null);
}

function ended(app, key, { latest }, again, label = "pay.again") {
  return h("div.body", {}, h("div.emblem", {}, icon("person")), heading(t(`pay.${key}`)),
    lead(latest?.message || t(`pay.${key}.lead`) || ""),
    again ? button(t(label), { kind: "main big", act: again }) : null);
}

const STAGES = {
  sealing: ({ link }) => waiting(t("pay.sealing"), link.phase === "waiting" ? t("pay.sealing.offline") : ""),
  review,
  corrected: makeCorrected,
  problems: makeProblems,
  cleared: makeTenders,
  till: makeAtTill,
  going: (now, app) => waiting(t("pay.going"), t(presented(app.checkout.record?.source) ? "pay.reader.going" : "pay.going.lead")),
  unknown: () => waiting(t("pay.unknown"), t("pay.unknown.lead")),
  refused: (now, app) => ended(app, "refused", now),
  abandoned: (now, app) => ended(app, "abandoned", now, () => app.newTrip(), "done.new"),
  trouble: (now, app) => ended(app, "trouble", now, () => app.checkout.advance()),
};

function makeBill({ view, latest }, app, open) {
  const { basket } = view;
  const totals = basket?.totals ?? { due: latest?.amount ?? 0, ...latest };
  const due = latest ? money(latest.amount, latest) : money(totals.due, totals);
  const rows = (basket?.lines ?? []).map((line) => h("li", {},
    h("span", {}, line.quantity > 1 ? `${line.quantity} × ${line.name}` : line.name), h("span", {}, money(line.amount, totals))));
  return [
    h("div.row.due", {}, h("span", {}, t("pay.due")), h("span", {}, due)),
    latest && left(latest) > 0 && left(latest) < latest.amount ? h("div.row.open", {}, h("span", {}, t("pay.open")), h("span", {}, money(left(latest), latest))) : "",
    totals.discount > 0 ? h("div.row.saved", {}, h("span", {}, t("total.savings", { amount: money(totals.discount, totals) }))) : "",
    h("ul", { tabindex: "0", "aria-label": t("basket.title") }, ...rows),
    totals.deposit > 0 ? h("div.row.muted", {}, h("span", {}, t("total.deposit", { amount: "" })), h("span", {}, money(totals.deposit, totals))) : "",
    h("div.under", {},
      open ? button(t("pay.shop"), { name: "cart", act: () => app.session.reopen(), "data-role": "reopen" }) : "",
      button(t("act.help"), { name: "help", act: () => app.openHelp() })),
  ];
}

/** Whatever of the tenders is shown, to be compared. */
function paidSoFar(latest) {
  return [latest?.accepts, latest?.payment?.id, ...(latest?.payments ?? []).map(({ state, amount, code }) => [state, amount, code])];
}

export function makeCheckout(app) {
  const stageBox = h("section.stage.surface", { "aria-live": "polite" });
  const bill = h("aside.bill.surface", { "aria-label": t("pay.due") });
  const element = h("div.checkout", {}, stageBox, bill);
  const since = performance.now();
  const ticking = setInterval(() => tick(), 1_000);

  function tick() {
    const place = stageBox.querySelector('[data-role="waited"]');
    if (place) place.textContent = t("pay.waited", { time: minutes((performance.now() - since) / 1_000) });
  }

  function update(state) {
    const now = { ...state, latest: app.checkout.latest, paying: app.checkout.paying, trouble: app.checkout.trouble };
    const stage = stageFor(now);
    const stamp = JSON.stringify([stage, now.latest?.revision, now.latest?.message, now.latest?.problems, paidSoFar(now.latest), now.link.phase === "waiting"]);
    if (stageBox.dataset.stamp !== stamp) {
      const arrived = stageBox.dataset.stage !== stage;
      stageBox.dataset.stamp = stamp;
      stageBox.dataset.stage = stage;
      stageBox.replaceChildren(steps(stage), STAGES[stage](now, app));
      if (arrived) stageBox.querySelector("h1")?.focus();
      tick();
    }
    const open = ["sealing", "review", "corrected", "cleared", "refused", "trouble"].includes(stage);
    const shown = JSON.stringify([now.latest?.amount, now.latest?.open_amount, now.view.basket?.revision, open]);
    if (bill.dataset.stamp === shown) return;
    bill.dataset.stamp = shown;
    bill.replaceChildren(...makeBill(now, app, open));
  }

  return { element, update, end: () => clearInterval(ticking) };
}
