// Lines that wait for a word: why, what our people can do about it, and what the shopper can do at once.

import { t } from "../i18n/index.js";
import { button, h, icon } from "./dom.js";

const ICONS = { age: "person", hours: "pause", limit: "bag", recalled: "alert", stopped: "alert" };

/** How many pieces of a line must go for its limit; 0 where that is not known. Pure. */
export function tooMany({ kind, line, limit }, basket) {
  const found = kind === "limit" && basket?.lines.find((row) => row.line === line);
  return found && limit && found.quantity > limit ? found.quantity - limit : 0;
}

async function takeOut(app, line, quantity) {
  await app.session.reopen();
  await app.session.remove({ line }, quantity);
}

function makeProblem(problem, basket, app) {
  const { line, name, kind, limit, resolutions } = problem;
  const id = `problem-${problem.id}`;
  const [over, pieces] = [tooMany(problem, basket), basket?.lines.find((row) => row.line === line)?.quantity ?? 1];
  const says = resolutions.filter((word) => word !== "removed" && word !== "reduced");
  return h("li.surface", { "data-kind": kind, "aria-labelledby": id }, icon(ICONS[kind] ?? "alert"),
    h("div", {}, h("h2", { id }, name), h("p", {}, t(`problem.${kind}`, { limit })),
      ...says.map((word) => h("p.muted", {}, t(`problem.says.${word}`)))),
    h("div.do", {},
      over && resolutions.includes("reduced") ? button(t("problem.reduce", { limit }), { act: () => takeOut(app, line, over), "data-role": "reduce" }) : null,
      resolutions.includes("removed") ? button(t("problem.remove"), { name: "take", act: () => takeOut(app, line, pieces), "data-role": "take-out" }) : null));
}

export function makeProblems({ latest, view }, app) {
  const { problems } = latest;
  return h("div.body.left", {}, h("h1", { tabindex: "-1" }, t("problem.title", { n: problems.length })),
    h("p.message", { role: "status" }, latest.message),
    h("ul.problems", {}, ...problems.map((problem) => makeProblem(problem, view.basket, app))),
    h("p.muted", { "data-role": "waited" }));
}
