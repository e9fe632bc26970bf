// Answers where there is no network, for who has asked for that. It keeps the plain list, the
// offline page and the files they need: never a search, a choice, an answer or an offer.
"use strict";

const KEPT = "fritidsguide-1";
const OFFLINE = "/offline";
const PLAIN = new Set(["sprog", "niveau"]);

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(KEPT);
      await keep(cache, OFFLINE);
      await keep(cache, "/tilbud");
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

// A page, and the style sheets, scripts and pictures that it names.
async function keep(cache, address) {
  const page = await fetch(address, { cache: "no-store" });
  if (!page.ok) return;
  await cache.put(address, page.clone());
  const text = await page.text();
  const files = [...text.matchAll(/(?:href|src)="(\/(?:static\/[^"#]+|tema\.css[^"]*))/g)];
  const names = new Set(files.map(([, name]) => name.replaceAll("&amp;", "&")));
  await Promise.all([...names].map((name) => cache.add(name).catch(() => {})));
}

function isList(url) {
  return ["/", "/tilbud"].includes(url.pathname) && [...url.searchParams.keys()].every((key) => PLAIN.has(key));
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(visit(event, url));
  else if (url.pathname.startsWith("/static/") || url.pathname === "/tema.css") {
    event.respondWith(file(event.request));
  }
});

async function visit(event, url) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(event.request);
    if (answer.ok && isList(url)) event.waitUntil(cache.put("/tilbud", answer.clone()));
    return answer;
  } catch {
    const list = isList(url) ? await cache.match("/tilbud") : undefined;
    return list ?? (await cache.match(OFFLINE)) ?? Response.error();
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}
