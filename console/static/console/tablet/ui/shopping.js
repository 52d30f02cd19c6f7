// The screen of a running trip.

import { t } from "../i18n/index.js";
import { makeBasket } from "./basket.js";
import { makeCards } from "./cards.js";
import { button, h, icon } from "./dom.js";
import { money } from "./format.js";
import { makeTotal } from "./total.js";

export function makeShopping(app, state) {
  const phone = state.mode === "phone";
  const basket = makeBasket(app, { phone });
  const total = makeTotal(app);
  const cards = makeCards(app);
  const pay = button(t("act.pay"), { name: "card", kind: "main", act: () => app.session.seal(), "data-role": "pay" });
  const second = phone
    ? button(t("act.camera"), { name: "camera", act: () => app.openCamera() })
    : button(t("act.bag"), { name: "bag", act: () => app.openBag() });
  const acts = h("div.acts", {},
    button(t("act.find"), { name: "search", act: () => app.openFind(), "data-role": "find" }), second,
    button(t("act.help"), { name: "help", act: () => app.openHelp(), "data-role": "help" }), pay);
  const paused = h("div.paused", { hidden: true }, icon("pause"), h("h2", {}, t("basket.paused")),
    button(t("basket.resume"), { kind: "main big", act: () => app.resume() }));
  const element = h("div.shopping", {}, basket.element, h("div.side", {}, total.element, cards.element, acts), paused);

  function update(now) {
    basket.update(now);
    total.update(now);
    cards.update(now);
    const totals = now.view.basket?.totals;
    pay.disabled = !(totals?.items > 0 || now.pending.length);
    pay.lastElementChild.textContent = totals?.items ? t("act.pay.amount", { amount: money(totals.due, totals) }) : t("act.pay");
    paused.hidden = !now.paused;
  }

  return { element, update, end: total.end };
}
