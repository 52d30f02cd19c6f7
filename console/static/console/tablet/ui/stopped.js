// The link has stopped for good: why, and the one thing that helps.

import { t } from "../i18n/index.js";
import { button, h, icon } from "./dom.js";

const NAMES = { superseded: "tablet", update: "settings", quarantine: "person", closed: "person" };

export function makeStopped(app, { stopped }) {
  const kind = stopped.startsWith("closed_") ? "closed" : stopped;
  const code = stopped.replace("closed_", "");
  const element = h("div.middle", {},
    h("div.emblem.ask", {}, icon(NAMES[kind] ?? "person")),
    h("h1", { tabindex: "-1" }, t(`stop.${kind}`)),
    h("p.lead", { role: "alert" }, t(`stop.${kind}.lead`, { code })),
    button(t(`stop.${kind}.do`), { kind: "main big", act: () => app.afterStop(kind) }));
  return { element, update() {} };
}
