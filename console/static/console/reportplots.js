// The plots of the reports, each drawn from the table beside it: a column with data-series is a series, its cells'
// data-value the numbers (empty where there is none). The table is what a screen reader reads; the plot is for eyes.

const clock = (value) => `${Math.floor(value / 60)}:${String(Math.round(value % 60)).padStart(2, "0")}`;

function writer({ unit, currency, exponent }) {
  if (unit === "seconds") return clock;
  if (unit !== "money") return (value) => value.toLocaleString("en", { maximumFractionDigits: 1 });
  const money = new Intl.NumberFormat("en", { style: "currency", currency, maximumFractionDigits: Number(exponent) });
  return (value) => money.format(value / 10 ** exponent);
}

/** {labels, series: [{name, tint, values}]} of a table. */
function read(table) {
  const heads = [...table.tHead.rows[0].cells], rows = [...table.tBodies[0].rows];
  const series = heads.flatMap(({ dataset, textContent }, column) => (dataset.series ? [{
    name: textContent, tint: dataset.series,
    values: rows.map(({ cells }) => (cells[column].dataset.value === "" ? null : Number(cells[column].dataset.value))),
  }] : []));
  return { period: heads[0].textContent, labels: rows.map(({ cells }) => cells[0].textContent), series };
}

const BAR = { 1: [[0.6, 60], 0], 2: [[0.36, 40], 1] };

function drawn({ name, tint }, index, { count, kind, style, write }) {
  const stroke = style.getPropertyValue(tint === "raw" || tint === "level" ? `--plot-${tint}` : `--${tint}`).trim();
  const shown = { label: name, stroke, width: 2, value: (u, value) => (value == null ? "–" : write(value)) };
  if (kind !== "bars") return { ...shown, points: { size: 6, fill: stroke }, spanGaps: false };
  const [size, align] = BAR[count] ?? BAR[2];
  return { ...shown, fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size, align: index ? align : -align }) };
}

function plot(place) {
  const { period, labels, series } = read(place.parentElement.querySelector("table"));
  const style = getComputedStyle(place), write = writer(place.dataset), kind = place.dataset.plot;
  const ink = style.getPropertyValue("--ink-3").trim(), line = style.getPropertyValue("--plot-grid").trim();
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const named = (u, at) => labels[at] ?? "";
  const size = () => ({ width: place.clientWidth, height: place.clientHeight - (chart?.root.querySelector(".u-legend")?.offsetHeight ?? 26) });
  let chart = null;
  chart = new uPlot({
    ...size(), padding: [12, 12, 0, 0], cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { time: false, range: [-0.6, labels.length - 0.4] }, y: { range: (u, low, high) => [Math.min(0, low ?? 0), Math.max(high ?? 0, 1) * 1.08] } },
    axes: [
      { ...axis, grid: { show: false }, incrs: [1, 2, 3, 4, 7, 14, 28], space: 58, values: (u, at) => at.map((one) => named(u, one)), size: 30 },
      { ...axis, values: (u, at) => at.map(write), size: 72 },
    ],
    series: [
      { label: period, value: named },
      ...series.map((one, index) => drawn(one, index, { count: series.length, kind, style, write })),
    ],
  }, [labels.map((_, at) => at), ...series.map(({ values }) => values)], place);
  chart.setSize(size());
  return { resize: () => place.clientWidth && chart.setSize(size()), end: () => chart.destroy() };
}

const charts = new Map();
for (const place of document.querySelectorAll(".report-plot")) {
  charts.set(place, plot(place));
  new ResizeObserver(() => charts.get(place).resize()).observe(place);
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const [place, chart] of charts) { chart.end(); charts.set(place, plot(place)); }
});
