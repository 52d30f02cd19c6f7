// A trip's page: the plot, and what the server says after a command.
import { plotOf } from "./plot.js";

const place = document.getElementById("plot");
plotOf(place, Number(place.dataset.start));
