// Says how far a catalogue file is while the server is at it: the form's answer comes only when all is done.
const EVERY_MS = 300;

for (const form of document.querySelectorAll("form[data-progress]")) {
  form.addEventListener("submit", () => {
    const line = form.querySelector("[data-progress-line]");
    line.hidden = false;
    setInterval(() => tell(form.dataset.progress, line.querySelector("[role=status]")), EVERY_MS);
  });
}

async function tell(address, status) {
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    const { text } = await answer.json();
    if (text && status.textContent !== text) status.textContent = text;
  } catch {
    // The next question may be answered.
  }
}
