// A review that begins to wait is heard and felt, for who asked for it. Browsers let a page sound only after a click,
// so the bell is off until it is pressed; the choice is remembered on this device.

const KEPT = "console.ring";
const TONES = [[880, 0], [1175, 0.18]]; // hertz, seconds from now: a rising fourth
const TONE_S = 0.16;
const SHAKE_MS = [200, 100, 200];

let audio = null;
const wanted = () => localStorage.getItem(KEPT) === "on";
const waiting = () => new Set([...document.querySelectorAll(".queue > li.waiting")].map((row) => row.id));

function ring() {
  navigator.vibrate?.(SHAKE_MS);
  audio ??= new AudioContext();
  audio.resume();
  for (const [hertz, after] of TONES) {
    const tone = new OscillatorNode(audio, { frequency: hertz });
    const loudness = new GainNode(audio, { gain: 0 });
    const from = audio.currentTime + after;
    loudness.gain.setValueAtTime(0.2, from);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + TONE_S);
    tone.connect(loudness).connect(audio.destination);
    tone.start(from);
    tone.stop(from + TONE_S);
  }
}

function show(bell) {
  bell.setAttribute("aria-pressed", String(wanted()));
  bell.title = wanted() ? "New reviews sound and vibrate here" : "Sound and vibrate when a review begins to wait";
}

export function ringing() {
  const bell = document.getElementById("bell");
  if (!bell) return;
  let known = waiting();
  bell.hidden = false;
  show(bell);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#bell")) return;
    localStorage.setItem(KEPT, wanted() ? "off" : "on");
    show(document.getElementById("bell"));
    if (wanted()) ring();
  });
  document.addEventListener("htmx:after:swap", () => {
    const now = waiting();
    if (wanted() && [...now].some((id) => !known.has(id))) ring();
    known = now;
  });
}
