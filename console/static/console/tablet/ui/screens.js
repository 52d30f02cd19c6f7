// The screens by name.

import { codeFromAddress } from "./address.js";
import { makeCheckout } from "./checkout.js";
import { makeIdle } from "./idle.js";
import { makePairing } from "./pairing.js";
import { makeReceipt } from "./receipt.js";
import { makeShopping } from "./shopping.js";
import { makeStopped } from "./stopped.js";

const SCREENS = {
  pairing: (app) => makePairing(app, { code: codeFromAddress() }),
  idle: makeIdle,
  shopping: makeShopping,
  checkout: makeCheckout,
  receipt: makeReceipt,
  stopped: makeStopped,
};

/** A screen is {element, update(state), end?, scanned?}. */
export function makeScreen(name, app, state) {
  return SCREENS[name](app, state);
}
