// Keeps the phone's pages for when there is no network. Nothing that is sent goes through here; `BUILD` is put before.
"use strict";
const NAME = "liangzheng-field-" + BUILD;
const PATIENCE = 6000; // ms that a village network has before the kept page is shown
const PAGES = ["/field", "/field/gate", "/field/patrol", "/field/sample", "/field/disposal"];
const PARTS = ["/static/county.css", "/static/field.css", "/static/field.js", "/static/field_form.js", "/static/mark.svg"];

// As they are drawn for whoever is signed in now; a page of the way to the sign-in is none.
async function keepAll() {
  const kept = await caches.open(NAME);
  await Promise.all([...PAGES, ...PARTS].map(async (path) => {
    try {
      const answer = await fetch(path, { cache: "no-cache", credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await kept.put(path, answer);
    } catch (unreached) {
      return;
    }
  }));
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((one) => one.startsWith("liangzheng-field-") && one !== NAME).map((one) => caches.delete(one)));
}

function late() {
  return new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE));
}

// The network first: what it says is newer. The kept page when it is away, slow, or a gateway answers for a county that is down.
async function answer(request, path) {
  const kept = await (await caches.open(NAME)).match(path);
  const asked = fetch(request).then((fresh) => (kept && fresh.status >= 502 ? kept : fresh));
  if (!kept) return asked;
  try {
    return (await Promise.race([asked, late()])) || kept;
  } catch (unreached) {
    return kept;
  }
}

// A page that is not kept leads back to the first one, which is.
async function lead(request) {
  try {
    return await fetch(request);
  } catch (unreached) {
    const first = await (await caches.open(NAME)).match("/field");
    if (!first) throw unreached;
    return Response.redirect("/field", 302);
  }
}

self.addEventListener("install", (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => self.clients.claim())));
self.addEventListener("message", (event) => { if (event.data === "keep") event.waitUntil(keepAll()); });
self.addEventListener("fetch", (event) => {
  const request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (PAGES.includes(address.pathname) || PARTS.includes(address.pathname)) event.respondWith(answer(request, address.pathname));
  else if (request.mode === "navigate") event.respondWith(lead(request));
});
