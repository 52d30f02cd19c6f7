// Problems of an action: the server's sentence in one place. A look that fails shows in the liveness sign instead.

let hiding = 0;

/** Beside an open dialog nothing else is heard, so its problems stand in it. */
function sayIn(dialog, text) {
  let place = dialog.querySelector(".dialog-error");
  if (!place) {
    place = Object.assign(document.createElement("p"), { className: "notice bad dialog-error" });
    place.setAttribute("role", "alert");
    dialog.querySelector(".body").prepend(place);
    dialog.addEventListener("close", () => place.remove(), { once: true });
  }
  place.textContent = text;
}

/** Shows a sentence for a while; `good` for what went well. */
export function say(text, good = false) {
  const dialog = document.querySelector("dialog[open]");
  if (dialog && !good) { sayIn(dialog, text); return; }
  const place = document.getElementById("problem");
  place.textContent = text;
  place.classList.toggle("good", good);
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { place.hidden = true; }, 9000);
}

export function problems() {
  document.addEventListener("said", (event) => {
    event.target.closest?.("dialog")?.close();
    event.target.closest?.("form")?.reset();
    say(event.detail.text, true);
  });
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement?.dataset?.live) return;
    const plain = ctx.response.headers.get("Content-Type")?.startsWith("text/plain");
    say(plain ? ctx.text : "The server could not do this. Try again; if it stays so, tell your operator.");
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (!ctx || ctx.response || ctx.sourceElement?.dataset?.live) return;
    say("The server can't be reached. Nothing was changed: check the network and press again.");
  });
}
