// Keys: elements say which key is theirs (data-key="c"); "g" and a letter goes to a tab; "?" shows the list.

const typing = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
let leader = -Infinity;

function goTo(letter) {
  const tab = document.querySelector(`.bar nav a[data-go="${letter}"]`);
  if (tab) tab.click();
  return Boolean(tab);
}

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    return;
  }
  if (performance.now() - leader < 1200 && goTo(event.key)) {
    leader = -Infinity;
    event.preventDefault();
    return;
  }
  leader = -Infinity;
  if (event.key === "g") { leader = performance.now(); return; }
  const key = event.key === "?" ? "?" : event.key.toLowerCase();
  if (key === "?") {
    event.preventDefault();
    document.getElementById("keys")?.showModal();
    return;
  }
  const owner = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((element) => element.checkVisibility() && !element.disabled);
  if (!owner && key === "n") {
    document.getElementById("next")?.requestSubmit();
    return;
  }
  if (!owner) return;
  event.preventDefault();
  if (owner.matches("input[type=search], textarea")) owner.focus();
  else owner.click();
}

export function keys() {
  document.addEventListener("keydown", press);
}
