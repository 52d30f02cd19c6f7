// What a shopper can do about each kind of discrepancy: pure, a list of {label, name, kind?, act} for the card.
// `act` is called with the app; what it returns (a message key) is shown on the card in place of the buttons' hint.

const help = { label: "card.help", name: "help", act: (app, card) => app.askHelp(card) };
const bag = { label: "card.bag", name: "bag", act: (app) => { app.session.bag(); return "card.bag.how"; } };
const out = { label: "card.out", name: "take", act: () => "card.out.how" };
const wrong = {
  label: "card.wrong", kind: "quiet wide",
  act: (app, card) => { app.session.dispute(card.id, "shopper_disagrees"); return "card.wrong.thanks"; },
};
const scan = { label: "card.scan", name: "scan", kind: "main", act: (app) => { app.openFind(); return null; } };

// Below this a guess would only be in the way.
const LIKELY = 0.15;

/** Buttons for the likeliest explanations: what the server thinks came in, one tap to say "yes, that". */
function guesses(card, line, most = 2) {
  const likely = ({ product, name, probability = 1 }) => product && name && probability >= LIKELY;
  return (card.candidates ?? []).filter(likely).slice(0, most).flatMap((candidate) => {
    const { product, name, quantity = 1 } = candidate;
    if (line && product === line.code) {
      const more = quantity - 1;
      return more > 0 ? [{ label: "card.extra", values: { name }, kind: "main wide", act: (app) => app.scan(product, "keyed", more) }] : [];
    }
    return [{
      label: "card.is", values: { name }, kind: "main wide",
      act: async (app) => {
        if (line) await app.session.remove({ line: line.line }, 1);
        await app.scan(product, "keyed", Math.max(1, quantity));
      },
    }];
  });
}

function dropped(card, line) {
  const target = line ? { line: line.line } : { code: card.candidates?.[0]?.product };
  if (!target.line && !target.code) return [];
  const label = card.kind === "removed" ? "card.dropped" : "card.notwant";
  return [{ label, name: "trash", kind: card.kind === "removed" ? "main" : "", act: (app) => { app.session.remove(target); return null; } }];
}

function kept(card, line) {
  const code = line?.code ?? card.candidates?.[0]?.product;
  return code ? [{ label: "card.keep", name: "check", act: (app) => { app.scan(code, "keyed"); return null; } }] : [];
}

const put = { label: "card.put", name: "put", kind: "main", act: () => "card.put.how" };
const putBack = { label: "card.back", name: "put", act: () => "card.put.how" };

const REMEDIES = {
  unscanned: (card) => [...guesses(card, null), scan, out, bag, help, wrong],
  mismatch: (card, line) => [...guesses(card, line), scan, out, bag, help, wrong],
  not_placed: (card, line) => [put, ...dropped(card, line), help, wrong],
  removed: (card, line) => [...dropped(card, line), putBack, help, wrong],
  not_removed: (card, line) => [{ ...out, kind: "main" }, ...kept(card, line), help, wrong],
  basket: () => [scan, bag, help, wrong],
  scale_fault: () => [{ ...help, kind: "wide" }],
};

/** The remedies for a card; `line` is the basket's line that it is about, or null. One action is the main one. */
export function remediesFor(card, line) {
  const list = (REMEDIES[card.kind] ?? (() => [help, wrong]))(card, line);
  const first = list.find(({ kind }) => kind?.includes("main"));
  return list.map((remedy) => (remedy !== first && remedy.kind?.includes("main")
    ? { ...remedy, kind: remedy.kind.replace("main", "").trim() } : remedy));
}
