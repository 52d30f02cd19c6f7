// The small questions: own bag, help, end the trip.

import { t } from "../i18n/index.js";
import { openDialog } from "./dialog.js";
import { button, h, icon } from "./dom.js";

function ask(name, key, actions) {
  const dialog = openDialog(t(`${key}.title`), [
    h("div.figure", {}, icon(name)), h("p", {}, t(`${key}.lead`)),
    h("div.pair", {}, ...actions(() => dialog.close())),
  ]);
  return dialog;
}

export function openBag(app) {
  return ask("bag", "bag", (close) => [
    button(t("act.back"), { act: close }),
    button(t("act.ok"), { kind: "main", act: () => { app.session.bag(); close(); } }),
  ]);
}

export function openHelp(app) {
  return ask("person", "help", (close) => [
    button(t("act.back"), { act: close }),
    button(t("help.call"), { kind: "main", act: () => { app.session.assist("shopper"); close(); } }),
  ]);
}

export function openCancel(app) {
  const dialog = openDialog(t("menu.cancel"), [
    h("p", {}, t("menu.cancel.ask")),
    h("div.pair", {},
      button(t("menu.cancel.keep"), { act: () => dialog.close() }),
      button(t("menu.cancel.do"), { kind: "main", act: () => { app.session.cancel("shopper"); dialog.close(); } })),
  ]);
  return dialog;
}
