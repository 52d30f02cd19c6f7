// Cameras: take a picture, draw the zone by its corners, save it.

const token = document.querySelector("[data-token] input").value;
const headers = { "X-CSRFToken": token };

function draw(card, corners) {
  const svg = card.querySelector("svg");
  svg.querySelector("polygon").setAttribute("points", corners.map(([x, y]) => `${x},${y}`).join(" "));
  for (const dot of svg.querySelectorAll("circle")) dot.remove();
  for (const [x, y] of corners) {
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ cx: x, cy: y, r: 0.012 })) dot.setAttribute(name, value);
    svg.append(dot);
  }
}

async function take(card, said) {
  said.textContent = "Asking the camera…";
  const answer = await fetch(card.dataset.picture, { method: "POST", headers });
  if (!answer.ok) { said.textContent = await answer.text(); return; }
  const image = card.querySelector("img");
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(await answer.blob());
  card.querySelector(".stage").hidden = false;
  for (const button of card.querySelectorAll("[data-undo], [data-clear], [data-store]")) button.hidden = false;
  card.dataset.tag = answer.headers.get("X-Cart-Tag") ?? "";
  card.querySelector("[data-tag-store]").hidden = !card.dataset.tag;
  said.textContent = "Click the corners of the cart's place, one after the other."
    + (card.dataset.tag ? " The cart's tag was found: the zone can move with it." : "");
}

async function save(card, corners, said, tag) {
  const body = new URLSearchParams({ zone: JSON.stringify(corners), ...(tag === undefined ? {} : { tag }) });
  const answer = await fetch(card.dataset.save, { method: "POST", headers: { ...headers, "HX-Request": "true" }, body });
  said.textContent = answer.ok ? "Saved: it counts from the next picture on." : await answer.text();
}

for (const card of document.querySelectorAll("[data-camera]")) {
  let corners = JSON.parse(card.dataset.zone);
  const said = card.querySelector(".said");
  const change = (next) => { corners = next; draw(card, corners); };
  const guarded = (work) => work.catch(() => { said.textContent = "The server can't be reached. Try again."; });
  draw(card, corners);
  card.querySelector("svg").addEventListener("click", (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    if (corners.length < 12) change([...corners, at.map((part) => Math.round(part * 1e4) / 1e4)]);
  });
  card.querySelector("[data-take]").addEventListener("click", () => guarded(take(card, said)));
  card.querySelector("[data-undo]").addEventListener("click", () => change(corners.slice(0, -1)));
  card.querySelector("[data-clear]").addEventListener("click", () => change([]));
  card.querySelector("[data-store]").addEventListener("click", () => guarded(save(card, corners, said)));
  card.querySelector("[data-tag-store]").addEventListener("click", () => guarded(save(card, corners, said, card.dataset.tag)));
  card.querySelector("[data-tag-clear]")?.addEventListener("click", () => guarded(save(card, [], said, "")));
}
