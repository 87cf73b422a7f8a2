// Keeps the till's page for the time without a connection. Answers about people are never kept.
const KEPT = "till-1", FILES = {{ files|safe }};
self.addEventListener("install", (event) => event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET" || !FILES.includes(path)) return;
  event.respondWith(fresh(event.request, path).catch(() => caches.match(path)));
});
async function fresh(request, path) {
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(KEPT)).put(path, answer.clone());
  return answer;
}
