// What is paid with what: pure. Amounts are minor units of the checkout's currency.

const TIPS = [5, 10, 15];
const METHODS = { gift: "gift_card", points: "points" };
const ENDED = new Set(["declined", "voided"]);

/** The tenders that are set aside, in the order in which they were given. */
export function held({ payments = [] }) {
  return payments.filter(({ state }) => state === "authorised");
}

/** What no tender covers yet. */
export function left({ open_amount: open, amount }) {
  return open ?? amount;
}

/** The last tender, where it gave less than it was asked for and the rest is still open; else null. */
export function partial({ payment, ...latest }) {
  const short = payment?.state === "authorised" && payment.requested > payment.amount;
  return short && left(latest) > 0 ? payment : null;
}

/** The tips to choose from, [{percent, amount}]: none where the store takes none, or one has been given. */
export function tips({ accepts, amount, payments = [] }) {
  const given = payments.some(({ tip, state }) => tip > 0 && !ENDED.has(state));
  if (!accepts?.most_tip || given) return [];
  return TIPS.map((percent) => ({ percent, amount: Math.round((amount * percent) / 100) }))
    .filter(({ amount: tip }) => tip > 0 && tip <= accepts.most_tip);
}

/** "3,50" or "3.50" as 350 with exponent 2; null for what is no amount from 1 to `most`. */
export function typed(text, { exponent = 2, most }) {
  const [, whole, part = ""] = /^\s*(\d{1,9})(?:[.,](\d*))?\s*$/.exec(text) ?? [];
  if (whole === undefined || part.length > exponent) return null;
  const amount = Number(whole + part.padEnd(exponent, "0"));
  return amount >= 1 && amount <= most ? amount : null;
}

/** A basket that waits at a manned till, or null. */
export function atTill({ state, payment }) {
  return ["paying", "unknown"].includes(state) && payment?.code ? payment : null;
}

const READER = "stripe:reader:";

/** What a card reader's name must look like: Stripe Terminal's id of it. */
export const READER_ID = /^tmr_[A-Za-z0-9]{1,100}$/;

/** The source of a card that is held to this cart's reader, or null where the store or the cart has none. */
export function atReader({ accepts }, reader) {
  return accepts?.providers.includes("stripe") && READER_ID.test(reader ?? "") ? `${READER}${reader}` : null;
}

/** Whether this source waits for a card at a reader. */
export function presented(source) {
  return Boolean(source?.startsWith(READER));
}

/** What a payment's call says: `sandbox:gift:…` is paid by gift card, `till` at the till, all else by card. */
export function methodOf(source) {
  return source === "till" ? "till" : METHODS[source.split(":")[1]] ?? "card";
}

/** A demo account of this checkout alone, with so much on it: letters stand for the id's digits. */
export function account(kind, { id }, balance) {
  const letters = id.replace(/[^0-9a-f]/g, "").slice(0, 12).replace(/\d/g, (digit) => "ghijklmnop"[digit]);
  return `${kind}:${letters}${balance}`;
}
