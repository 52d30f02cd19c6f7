// The review: lines by keyboard or thumb, pictures, the moments in the plot, and holding the claim while someone looks.
import { plotOf } from "./plot.js";
import { say } from "./problems.js";

const HOLD_MS = 60000;
const page = () => document.getElementById("review");
const rows = () => [...document.querySelectorAll(".lines li")];
const place = document.getElementById("plot");
const plot = plotOf(place, Number(place.dataset.start));
let picture = 0, boxes = true, doubt = -1;

function input(row) { return row.querySelector("input[type=number]"); }

/** Marks what was changed, and says on the button what it will do. */
function reckon() {
  let changed = document.querySelectorAll("#added li").length;
  for (const row of rows().filter(input)) {
    const differs = input(row).value !== row.dataset.was;
    row.classList.toggle("changed", differs);
    row.classList.toggle("none", differs && Number(input(row).value) === 0);
    if (differs) changed += 1;
  }
  const settle = document.getElementById("settle");
  if (!settle) return;
  settle.value = changed ? "corrected" : "cleared";
  settle.querySelector("span").textContent = changed ? `Correct ${changed} ${changed === 1 ? "line" : "lines"}, then clear` : "Clear: all is well";
  const undo = document.querySelector("[data-undo]");
  if (undo) undo.hidden = !changed;
}

function step(row, by) {
  const field = row && input(row);
  if (!field || field.disabled) return;
  field.value = by === 0 ? 0 : Math.min(999, Math.max(0, Number(field.value) + by));
  reckon();
}

function add(code, name, quantity) {
  const list = document.getElementById("added");
  if (!list || !code) return;
  const known = [...list.querySelectorAll("input[name=add_code]")].find((field) => field.value === code);
  if (known) {
    const number = known.parentElement.querySelector("[name=add_quantity]");
    number.value = Number(number.value) + Number(quantity);
    reckon();
    return;
  }
  const item = document.createElement("li");
  item.className = "changed";
  const words = Object.assign(document.createElement("span"), { textContent: name === code ? `Code ${code}` : name });
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "add_code", value: code });
  const number = Object.assign(document.createElement("input"), { type: "number", name: "add_quantity", value: quantity, min: 1, max: 999 });
  number.setAttribute("aria-label", `Quantity of ${name}`);
  const away = Object.assign(document.createElement("button"), { type: "button", className: "button small plain", textContent: "Remove" });
  away.dataset.forget = "";
  item.append(words, hidden, number, away);
  list.append(item);
  reckon();
}

function addByCode() {
  const field = document.getElementById("code");
  const code = field?.value.trim();
  if (!code) { field?.focus(); return; }
  add(code, code, 1);
  field.value = "";
}

function undo() {
  for (const row of rows().filter(input)) input(row).value = row.dataset.was;
  document.getElementById("added")?.replaceChildren();
  reckon();
}

function showPicture() {
  const all = [...document.querySelectorAll(".picture")];
  if (!all.length) return;
  picture = ((picture % all.length) + all.length) % all.length;
  all.forEach((figure, index) => { figure.hidden = index !== picture; });
  const at = document.querySelector("[data-picture] .at");
  if (at) at.textContent = picture + 1;
  document.querySelector(".viewer")?.classList.toggle("bare", !boxes);
  document.querySelector("[data-boxes]")?.setAttribute("aria-pressed", String(boxes));
}

/** Labels keep their size on the screen whatever the picture's size is. */
function fitTags() {
  for (const svg of document.querySelectorAll(".framed")) {
    const scale = svg.viewBox.baseVal.width / Math.max(1, svg.clientWidth);
    if (Number.isFinite(scale) && svg.clientWidth) svg.style.setProperty("--unit", `${scale}px`);
  }
}

function walk(by) {
  const all = rows();
  const now = all.indexOf(document.activeElement?.closest(".lines li"));
  const next = all[Math.min(all.length - 1, Math.max(0, now + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function nextDoubt() {
  const all = [...document.querySelectorAll("[data-doubt]")];
  if (!all.length) return;
  doubt = (doubt + 1) % all.length;
  all[doubt].click();
}

const KEYS = {
  j: () => walk(1), k: () => walk(-1), w: nextDoubt,
  "+": () => step(document.activeElement?.closest(".lines li"), 1),
  "-": () => step(document.activeElement?.closest(".lines li"), -1),
  0: () => step(document.activeElement?.closest(".lines li"), 0),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input")) {
    // Enter in a field must never decide.
    event.preventDefault();
    if (event.target.id === "code") addByCode(); else event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});
document.addEventListener("input", (event) => { if (event.target.matches(".lines input, #added input")) reckon(); });
document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  const stepper = on("[data-step]"), suggestion = on("[data-add]");
  if (stepper) step(stepper.closest("li"), Number(stepper.dataset.step));
  else if (suggestion) add(suggestion.dataset.add, suggestion.dataset.name, suggestion.dataset.quantity);
  else if (on("[data-add-code]")) addByCode();
  else if (on("[data-forget]")) { on("li").remove(); reckon(); }
  else if (on("[data-undo]")) undo();
  else if (on("[data-picture]")) { picture += 1; showPicture(); fitTags(); }
  else if (on("[data-boxes]")) { boxes = !boxes; showPicture(); }
});
document.addEventListener("htmx:after:swap", () => { reckon(); showPicture(); fitTags(); });
document.addEventListener("error", (event) => {
  if (event.target.matches?.("image")) say("The picture's link is too old. Reload the page to see it again.");
}, true);
new ResizeObserver(fitTags).observe(document.getElementById("content"));

// The claim is held while someone looks; away for longer than it lasts, the review goes back to the queue.
setInterval(() => {
  const url = page()?.dataset.hold;
  if (!url || document.hidden) return;
  fetch(url, { method: "POST", headers: { "X-CSRFToken": document.body.dataset.csrf, "HX-Request": "true" } }).catch(() => {});
}, HOLD_MS);

place.addEventListener("plot:ready", () => { if (doubt < 0) nextDoubt(); }, { once: true });
reckon();
showPicture();
fitTags();
export { plot };
