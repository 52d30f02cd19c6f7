// What the shopper sees, folded from what the server says. Pure: each function takes a view and a message and
// returns a new view. The server's word is final; nothing here prices or judges.

export const EMPTY = Object.freeze({ trip: null, basket: null, discrepancies: [] });

const SHOWN = new Set(["open", "escalated"]);

export function welcomed(view, message) {
  const trip = message.trip ?? null;
  if (!trip) return { ...EMPTY };
  const same = view.trip?.id === trip.id;
  const base = same && message.mode === "delta" ? view.basket : null;
  return {
    trip,
    basket: message.basket ? mergedBasket(base, message.basket) : base,
    discrepancies: (message.discrepancies ?? []).filter(({ state }) => SHOWN.has(state ?? "open")),
  };
}

/** A whole basket replaces; one with `from` holds only the lines that changed since that revision. */
export function mergedBasket(current, message) {
  const { type, from, ...arrived } = message;
  if (from === undefined || from === null || !current) return { ...arrived, lines: arrived.lines.filter(stands) };
  const lines = new Map(current.lines.map((line) => [line.line, line]));
  for (const line of arrived.lines) lines.set(line.line, line);
  return { ...arrived, lines: [...lines.values()].filter(stands) };
}

function stands(line) {
  return line.status !== "removed" && line.quantity !== 0;
}

export function basketArrived(view, message) {
  return { ...view, basket: mergedBasket(view.basket, message) };
}

export function discrepancyArrived(view, { type, ...arrived }) {
  const others = view.discrepancies.filter(({ id }) => id !== arrived.id);
  return { ...view, discrepancies: SHOWN.has(arrived.state) ? [...others, arrived] : others };
}

export function tripArrived(view, { type, ...trip }) {
  if (view.trip && trip.id && view.trip.id !== trip.id) return { ...EMPTY, trip };
  return { ...view, trip: { ...view.trip, ...trip } };
}

const AFTER = { sealed: "sealed", reopened: "shopping", cancelled: "cancelled", paused: "shopping", resumed: "shopping" };

/** An outcome says the trip's new state a moment before the `trip` message does: no flicker between the two. */
export function resultArrived(view, { outcome, detail }) {
  if (outcome === "started" && !view.trip) return { ...view, trip: { id: detail?.trip ?? null, state: "shopping" } };
  if (AFTER[outcome] && view.trip) return { ...view, trip: { ...view.trip, state: AFTER[outcome] } };
  return view;
}

const FOLDS = { welcome: welcomed, basket: basketArrived, discrepancy: discrepancyArrived, trip: tripArrived };

/** The view after `message`; messages of other types change nothing. */
export function fold(view, message) {
  return FOLDS[message.type]?.(view, message) ?? view;
}

const PAYING = new Set(["sealed", "in_review", "cleared", "paying"]);

/**
 * Which screen is due. `held` are the kinds of the events that the server has not acknowledged yet, in order: what
 * the shopper has asked for counts before the server has heard of it. `dismissed` is a trip whose end was seen.
 */
export function screenFor({ device, stopped, view, held, dismissed }) {
  if (!device) return "pairing";
  if (stopped) return "stopped";
  const { trip } = view;
  const over = !trip || trip.state === "cancelled" || (dismissed && trip.id === dismissed);
  const last = held.findLast((kind) => ["start", "seal", "reopen", "cancel"].includes(kind));
  if (last === "seal") return "checkout";
  if (last === "reopen" || last === "start") return "shopping";
  if (last === "cancel" || over) return "idle";
  if (trip.state === "paid") return "receipt";
  return PAYING.has(trip.state) ? "checkout" : "shopping";
}
