// A dispute's page: the weight plot, cut to the moment of the line.
import { plotOf } from "./plot.js";

const place = document.getElementById("plot");
place.addEventListener("plot:ready", () => document.querySelector("[data-cut]").click(), { once: true });
plotOf(place, Number(place.dataset.start));
