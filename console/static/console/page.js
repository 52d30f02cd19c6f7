// What every page does: keeps clocks running and fragments fresh, listens to keys, shows problems.
import { ticking } from "./ticking.js";
import { live } from "./live.js";
import { keys } from "./keys.js";
import { problems } from "./problems.js";

problems();
ticking();
keys();
if (document.body.dataset.store) live(document.body.dataset.store);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  // A click on the backdrop closes the dialog, a click outside closes the menus.
  if (event.target.nodeName === "DIALOG") event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
