// Running clocks: <time data-since="…" data-target="60">. The server wrote the first text; its clock counts, not ours.
// And what may be pressed for a while only: <button data-until="…">, with the seconds that are left in [data-left].

const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))}`;
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
};

let skew = 0;

/** Learn the server's clock from an answer's Date header (whole seconds), so that a tablet with a wrong clock shows true ages. */
export function serverTime(header) {
  const stated = Date.parse(header ?? "");
  if (Number.isNaN(stated)) return;
  const found = stated + 500 - Date.now();
  if (Math.abs(found - skew) > 1500) skew = found;
}

function tick() {
  const now = Date.now() + skew;
  for (const element of document.querySelectorAll("time[data-since]")) {
    const seconds = (now - Date.parse(element.dataset.since)) / 1000;
    const text = clock(seconds);
    if (element.textContent !== text) element.textContent = text;
    const target = Number(element.dataset.target);
    if (target) element.dataset.late = seconds < target ? 0 : seconds < 2 * target ? 1 : 2;
  }
  for (const button of document.querySelectorAll("button[data-until]:not(:disabled)")) {
    const left = Math.ceil((Date.parse(button.dataset.until) - now) / 1000);
    const place = button.querySelector("[data-left]");
    if (left > 0) { if (place) place.textContent = left; continue; }
    button.disabled = true;
    button.textContent = "Too late to undo";
  }
}

export function ticking() {
  tick();
  setInterval(tick, 1000);
}
