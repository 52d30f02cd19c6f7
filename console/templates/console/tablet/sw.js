// The tablet's shell, kept on the device so that the page opens without a network. What the shop says (API, stream,
// demo data) and its pictures' freshness are never answered from here: only the files in SHELL are.

const VERSION = "{{ version|escapejs }}";
const HOME = "{{ home|escapejs }}";
const SHELL = [{% for file in files %}
  "{{ file|escapejs }}",{% endfor %}
];
const CACHE = `tablet-shell-${VERSION}`;

self.addEventListener("install", (event) => {
  const requests = [HOME, ...SHELL].map((url) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = caches.keys().then((names) => Promise.all(
    names.filter((name) => name.startsWith("tablet-shell-") && name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(tidy.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === HOME) event.respondWith(freshOrKept(request));
  else if (SHELL.includes(url.pathname)) event.respondWith(kept(request));
});

// The page itself comes from the server while that answers: a new version shows at the next load.
async function freshOrKept(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) return answer;
  } catch { /* no network: the kept one */ }
  return (await caches.match(HOME)) ?? Response.error();
}

async function kept(request) {
  return (await (await caches.open(CACHE)).match(request, { ignoreSearch: true })) ?? fetch(request);
}
