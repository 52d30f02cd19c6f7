// The weight plot: thinned readings, settled levels as steps, scans above, takings-out below, discrepancies as bands.
// uPlot draws; this file says what. Times are seconds since the start of the trip, weights grams.

const seconds = (ms) => ms / 1000;
const clock = (value) => {
  const whole = Math.max(0, Math.round(value));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};
const weight = (value) => `${Math.round(value).toLocaleString("en")} g`;

const isOpen = (band) => band.state === "open" || band.state === "escalated";

function colours(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    raw: of("--plot-raw"), level: of("--plot-level"), grid: of("--plot-grid"), ink: of("--ink-3"), good: of("--good"),
    bad: of("--bad"), badSoft: of("--bad-soft"), warn: of("--warn"), goodSoft: of("--good-soft"), panel: of("--panel"),
  };
}

/** Readings and levels on one time axis; uPlot wants aligned columns. */
function columns(data) {
  const until = seconds(data.until);
  const raw = [data.trace.map(([at]) => seconds(at)), data.trace.map(([, grams]) => grams)];
  const times = [], grams = [];
  if (data.levels.length) {
    times.push(0); grams.push(data.levels[0].before);
    for (const level of data.levels) {
      const at = Math.max(seconds(level.at), times.at(-1) + 0.001);
      times.push(at); grams.push(level.after);
    }
    if (until > times.at(-1)) { times.push(until); grams.push(grams.at(-1)); }
  }
  if (!raw[0].length && !times.length) return [[0, Math.max(1, until)], [null, null], [null, null]];
  return uPlot.join([raw, [times, grams]]);
}

export class WeightPlot {
  constructor(place) {
    this.place = place;
    this.data = null;
    this.tip = document.createElement("div");
    this.tip.className = "plot-tip";
    this.tip.hidden = true;
    this.whole = true;
    new ResizeObserver(() => this.#fit()).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  async load() {
    const answer = await fetch(this.place.dataset.url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const text = await answer.text();
    if (text === this.text) return;
    this.text = text;
    this.data = JSON.parse(text);
    if (this.chart) {
      const kept = this.whole ? null : { ...this.chart.scales.x };
      this.chart.setData(columns(this.data), false);
      this.#range(kept?.min ?? 0, kept?.max ?? this.#end(), this.whole);
    } else {
      this.#draw();
    }
    this.place.dispatchEvent(new CustomEvent("plot:ready"));
  }

  /** Show a moment (milliseconds since the start) with what was around it. */
  focus(from, to = null) {
    if (!this.chart) return;
    const middle = seconds(from), end = seconds(to ?? from);
    const margin = Math.max(25, (end - middle) * 0.6);
    this.#range(Math.max(0, middle - margin), Math.min(this.#end(), end + margin), false);
    this.pinned = middle;
    this.chart.redraw(false);
  }

  all() {
    if (!this.chart) return;
    this.pinned = null;
    this.#range(0, this.#end(), true);
  }

  #end() {
    return Math.max(1, seconds(this.data.until), this.chart?.data[0].at(-1) ?? 0);
  }

  #range(min, max, whole) {
    this.whole = whole;
    this.chart.setScale("x", { min, max: Math.max(max, min + 1) });
  }

  #fit() {
    if (this.chart && this.place.clientWidth) this.chart.setSize({ width: this.place.clientWidth, height: this.place.clientHeight });
  }

  #draw() {
    if (!this.data) return;
    const tint = colours(this.place), pixel = devicePixelRatio || 1;
    this.chart?.destroy();
    const axis = { stroke: tint.ink, grid: { stroke: tint.grid, width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    this.chart = new uPlot({
      width: this.place.clientWidth, height: this.place.clientHeight, padding: [22, 12, 0, 0], legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: true } },
      scales: { x: { time: false, range: (u, min, max) => [min, max] }, y: { range: (u, min, max) => uPlot.rangeNum(Math.min(0, min), Math.max(500, max), 0.08, true) } },
      axes: [
        { ...axis, values: (u, splits) => splits.map(clock), incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600], space: 70, size: 30 },
        { ...axis, values: (u, splits) => splits.map((value) => (Math.abs(value) >= 1000 ? `${+(value / 1000).toFixed(2)} kg` : `${value} g`)), size: 62 },
      ],
      series: [
        {},
        { stroke: tint.raw, width: 1, points: { show: false }, spanGaps: true },
        { stroke: tint.level, width: 2, points: { show: false }, spanGaps: true, paths: uPlot.paths.stepped({ align: 1 }) },
      ],
      hooks: {
        drawClear: [(u) => this.#bands(u, tint, pixel)],
        draw: [(u) => this.#marks(u, tint, pixel)],
        setCursor: [(u) => this.#point(u)],
        setSelect: [() => { this.whole = false; }],
      },
    }, columns(this.data), this.place);
    this.chart.over.append(this.tip);
    this.chart.over.addEventListener("dblclick", () => this.all());
  }

  #span(u, band, pixel) {
    const left = u.valToPos(seconds(band.from), "x", true);
    return [left, Math.max(left + 2 * pixel, u.valToPos(seconds(band.to ?? this.data.until), "x", true))];
  }

  #bands(u, tint, pixel) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height);
    ctx.clip();
    for (const band of this.data.discrepancies) {
      const [left, right] = this.#span(u, band, pixel);
      ctx.fillStyle = isOpen(band) ? tint.badSoft : tint.goodSoft;
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
    ctx.restore();
  }

  #marks(u, tint, pixel) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left - 6 * pixel, 0, bbox.width + 12 * pixel, bbox.top + bbox.height + 1);
    ctx.clip();
    for (const band of this.data.discrepancies) {
      const [left, right] = this.#span(u, band, pixel);
      ctx.fillStyle = isOpen(band) ? tint.bad : tint.good;
      ctx.fillRect(left, bbox.top, right - left, 3 * pixel);
    }
    const top = bbox.top - 7 * pixel;
    for (const mark of this.data.marks) {
      const x = u.valToPos(seconds(mark.at), "x", true);
      const out = mark.kind === "remove";
      ctx.fillStyle = mark.refused ? tint.warn : mark.kind === "scan" ? tint.level : out ? tint.bad : tint.ink;
      ctx.beginPath();
      if (mark.kind === "scan") { ctx.moveTo(x - 4 * pixel, top - 5 * pixel); ctx.lineTo(x + 4 * pixel, top - 5 * pixel); ctx.lineTo(x, top + 3 * pixel); }
      else if (out) { ctx.moveTo(x - 4 * pixel, top + 3 * pixel); ctx.lineTo(x + 4 * pixel, top + 3 * pixel); ctx.lineTo(x, top - 5 * pixel); }
      else ctx.rect(x - 3 * pixel, top - 4 * pixel, 6 * pixel, 6 * pixel);
      ctx.fill();
      ctx.globalAlpha = 0.22;
      ctx.fillRect(x - 0.5 * pixel, top + 3 * pixel, pixel, bbox.height + 4 * pixel);
      ctx.globalAlpha = 1;
    }
    if (this.pinned != null) {
      const x = u.valToPos(this.pinned, "x", true);
      ctx.strokeStyle = tint.bad;
      ctx.setLineDash([4 * pixel, 3 * pixel]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** What is under the cursor, in words. */
  #point(u) {
    const { left, idx } = u.cursor;
    if (idx == null || left < 0) { this.tip.hidden = true; return; }
    const at = u.posToVal(left, "x"), near = (u.scales.x.max - u.scales.x.min) / (u.bbox.width / (devicePixelRatio || 1)) * 7;
    const lines = [[clock(at), this.#weightAt(at)].filter(Boolean).join(" · ")];
    for (const mark of this.data.marks) if (Math.abs(seconds(mark.at) - at) < near) lines.push(`${mark.word}: ${mark.text}`.replace(/: $/, ""));
    for (const level of this.data.levels) {
      const step = level.after - level.before;
      if (Math.abs(seconds(level.at) - at) < near && Math.abs(step) >= 3) lines.push(`${step > 0 ? "+" : "−"}${weight(Math.abs(step))}${level.text ? `: ${level.text}` : ""}`);
    }
    for (const band of this.data.discrepancies) {
      if (seconds(band.from) - near <= at && at <= seconds(band.to ?? this.data.until) + near) lines.push(`${band.word}. ${band.text} ${band.ended}.`);
    }
    this.tip.replaceChildren(...lines.slice(0, 6).map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    this.tip.hidden = false;
    const width = u.over.clientWidth, flip = left > width / 2;
    this.tip.style.left = flip ? "auto" : `${left + 12}px`;
    this.tip.style.right = flip ? `${width - left + 12}px` : "auto";
  }

  #weightAt(at) {
    let found = null;
    for (const [ms, grams] of this.data.trace) { if (seconds(ms) > at) break; found = grams; }
    return found === null ? "" : weight(found);
  }
}

/** The plot of a page, with its buttons: data-zoom is milliseconds of the cart, or "all". */
export function plotOf(place, startMs) {
  const plot = new WeightPlot(place);
  let loading = null;
  const load = () => { loading ??= plot.load().finally(() => { loading = null; }); return loading; };
  place.addEventListener("look", load);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    if (button.dataset.zoom === "all") { plot.all(); return; }
    const until = button.dataset.until ? Number(button.dataset.until) - startMs : null;
    plot.focus(Number(button.dataset.zoom) - startMs, until);
    if (event.isTrusted) place.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
  load();
  return plot;
}
