// Elements without markup strings: nothing the server or a scanner says is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";
let assets = "";

export function useAssets(base) {
  assets = base;
}

export function asset(path) {
  return assets + path;
}

/** `h("button.main", {type: "button", onclick}, "Pay")`: a tag with classes, attributes and handlers, children. */
export function h(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element[name] = value;
    else if (["value", "checked", "disabled", "hidden"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${assets}icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function button(label, { name, kind = "", act, ...rest } = {}) {
  const classes = ["button", ...kind.split(" ").filter(Boolean)].join(".");
  return h(`button.${classes}`, { type: "button", onclick: act, ...rest }, name ? icon(name) : null, h("span", {}, label));
}

export function iconButton(label, name, act, kind = "") {
  return h(`button.button.round${kind ? `.${kind}` : ""}`, { type: "button", onclick: act, "aria-label": label, title: label }, icon(name));
}

/** A product's picture, or its first letter where there is none or it does not load. */
export function picture({ picture: url, name }) {
  const letter = (name ?? "?").trim().slice(0, 1).toUpperCase() || "?";
  const frame = h("div.picture", { "aria-hidden": "true" });
  if (!url) frame.append(letter);
  else frame.append(h("img", { src: url, alt: "", loading: "lazy", draggable: "false", onerror: () => frame.replaceChildren(letter) }));
  return frame;
}

/**
 * Keeps a container's children in step with `items`, reusing by key, so that focus, scroll and animations survive.
 * An element is made anew only when `stamp` (a string of what it shows) changes.
 */
export function keyed(container, items, { key, stamp, make }) {
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let place = container.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    const shown = stamp(item);
    let element = old.get(id);
    old.delete(id);
    if (!element || element.dataset.stamp !== shown) {
      const made = make(item, element);
      made.dataset.key = id;
      made.dataset.stamp = shown;
      if (element) {
        replaceKeepingFocus(element, made);
        if (place === element) place = made;
      }
      element = made;
    }
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
  }
  for (const gone of old.values()) gone.remove();
}

function replaceKeepingFocus(element, made) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.role : null;
  element.replaceWith(made);
  if (focused) made.querySelector(`[data-role="${focused}"]`)?.focus();
}
