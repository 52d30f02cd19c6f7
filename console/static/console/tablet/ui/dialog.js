// A modal dialog with a heading and a way out; closes on Escape, on the shade, and on a change of screen.

import { t } from "../i18n/index.js";
import { h, iconButton } from "./dom.js";

/** Opens a dialog and returns {element, content, close}. `kind` becomes a class; `onClose` runs once. */
export function openDialog(title, children, { kind = "", onClose } = {}) {
  const heading = h("h2", { id: "dialog-title", tabindex: "-1" }, title);
  const content = h("div.content", {}, ...children);
  const element = h(`dialog${kind ? `.${kind}` : ""}`, { "aria-labelledby": "dialog-title" },
    h("header", {}, heading, iconButton(t("act.close"), "close", () => element.close(), "quiet")), content);
  element.onclick = (event) => { if (event.target === element) element.close(); };
  element.onclose = () => { element.remove(); onClose?.(); };
  document.body.append(element);
  element.showModal();
  if (!element.querySelector("[autofocus]")) heading.focus();
  return { element, content, close: () => element.close() };
}

export function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}
