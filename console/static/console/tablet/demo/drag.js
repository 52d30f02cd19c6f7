// Dragging by pointer: mouse, pen and finger alike. A press that does not move stays a click.

const MOVED_PX = 7;

/** Makes `handle` draggable: a copy of `ghost` follows the pointer, `drop(element under it)` ends it. */
export function draggable(handle, { ghost = handle, over, drop }) {
  handle.addEventListener("pointerdown", (down) => {
    if (down.button !== 0) return;
    let copy = null;
    const move = (event) => {
      if (!copy && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < MOVED_PX) return;
      copy ??= lift(ghost);
      copy.style.translate = `${event.clientX}px ${event.clientY}px`;
      over(document.elementFromPoint(event.clientX, event.clientY));
    };
    const end = (event) => {
      stop.abort();
      if (!copy) return;
      copy.remove();
      over(null);
      if (event.type !== "pointerup") return;
      swallowClick();
      drop(document.elementFromPoint(event.clientX, event.clientY));
    };
    const stop = new AbortController();
    const options = { signal: stop.signal };
    addEventListener("pointermove", move, options);
    addEventListener("pointerup", end, options);
    addEventListener("pointercancel", end, options);
  });
  handle.addEventListener("dragstart", (event) => event.preventDefault());
}

function lift(ghost) {
  const copy = ghost.cloneNode(true);
  copy.classList.add("lifted");
  document.body.append(copy);
  return copy;
}

/** The click that follows a drag is part of the drag. */
function swallowClick() {
  const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
}
