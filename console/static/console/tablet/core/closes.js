// What each close of the stream asks of the client (the table of the wire contract), in one place.
// `then`: retry | back_off | enrol | stop | update | superseded | quarantine. Delays in milliseconds.

const QUICK = { least: 300, most: 15_000 };

const CLOSES = {
  1012: { then: "retry", least: 500, most: 4_000 },
  4400: { then: "stop" },
  4401: { then: "enrol" },
  4403: { then: "stop" },
  4406: { then: "update" },
  4408: { then: "back_off", least: 3_000, most: 20_000 },
  4409: { then: "superseded" },
  4422: { then: "quarantine" },
  4429: { then: "back_off", least: 30_000, most: 60_000 },
};

/** What to do after a close with `code`; anything not in the table is a network cut. */
export function afterClose(code) {
  return CLOSES[code] ?? { then: "retry", ...QUICK };
}

/** Milliseconds until the next try: exponential with full jitter over [least, most]. `random` is in [0, 1). */
export function delay(rule, attempt, random = Math.random()) {
  const ceiling = Math.min(rule.most, Math.max(rule.least * 2 ** attempt, rule.least * 2));
  return Math.round(rule.least + random * (ceiling - rule.least));
}
