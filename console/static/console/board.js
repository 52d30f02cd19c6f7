// The board: finding and filtering carts, and walking through them with j and k. The server's order stands.
import { ringing } from "./ringing.js";

ringing();

const state = { text: "", filter: "all" };

function apply() {
  const rows = [...document.querySelectorAll("[data-rank]")];
  let shown = 0;
  for (const row of rows) {
    const fits = row.dataset.label.includes(state.text) && (state.filter === "all" || Number(row.dataset.rank) < 2);
    if (row.hidden === fits) row.hidden = !fits;
    if (fits) shown += 1;
  }
  for (const rest of document.querySelectorAll(".rest")) rest.hidden = !rest.dataset.label.includes(state.text);
  const nothing = document.querySelector(".nothing");
  if (nothing) nothing.hidden = shown > 0 || !rows.length;
}

function walk(step) {
  const links = [...document.querySelectorAll("[data-rank]:not([hidden]) .row-link")];
  const now = links.indexOf(document.activeElement);
  const next = links[Math.min(links.length - 1, Math.max(0, now + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "find") return;
  state.text = event.target.value.trim().toLowerCase();
  apply();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-filter]");
  if (!button) return;
  state.filter = button.dataset.filter;
  for (const other of document.querySelectorAll("[data-filter]")) other.setAttribute("aria-pressed", String(other === button));
  apply();
});
document.addEventListener("htmx:after:swap", apply);
document.addEventListener("keydown", (event) => {
  if (event.target.matches?.("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
});
