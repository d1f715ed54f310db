/* What the page does by itself: the keypad, the mirror picture, the waiting clocks. It keeps no state of the turn: that is
   the station's. What guards it stands in guard.js. */
"use strict";

const MIRROR = 200;

const main = document.getElementById("main");
const hint = document.getElementById("hint");

function shown() { return main.querySelector(".stage"); }

function framed(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector(".stage");
}

/* An answer may be overtaken by newer news: within one start of the station, nothing older replaces what is shown. */
function older(next, now) {
  return next && now && next.dataset.boot === now.dataset.boot && Number(next.dataset.version) < Number(now.dataset.version);
}

/* News are of the first leaf: while the place is the same, a further one stays open; a leaf of another place is news. */
function turned(next, now) {
  return next && now && now.dataset.leaf !== "0" && ["boot", "visit", "place"].every((one) => next.dataset[one] === now.dataset[one]);
}

/* What stands on a further leaf is asked for anew when the station's screen is another. */
function renewed(version) {
  const now = shown();
  if (!now || now.dataset.leaf === "0" || document.body.dataset.page !== "turn" || version <= Number(now.dataset.version)) return;
  htmx.ajax("GET", `/screen?leaf=${now.dataset.leaf}`, { target: "#main", headers: { "X-Renewed": now.dataset.leaf } });
}

function same(next, now) {
  return next && now && next.dataset.boot === now.dataset.boot && next.dataset.key === now.dataset.key;
}

document.addEventListener("htmx:sseBeforeMessage", (event) => {
  if (event.target.id === "beat") renewed(Number(event.detail.data));
  if (event.target !== main) return;
  const next = framed(event.detail.data);
  if (older(next, shown()) || same(next, shown()) || turned(next, shown())) event.preventDefault();
});

let turns = 0; // leaves that a finger has turned to
document.addEventListener("htmx:beforeRequest", (event) => { event.detail.requestConfig.turns = turns; });

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== main) return;
  const next = framed(event.detail.serverResponse);
  const now = shown();
  const { verb, headers, turns: began } = event.detail.requestConfig;
  const leaf = verb === "get";
  const here = next && now && next.dataset.visit === now.dataset.visit && next.dataset.place === now.dataset.place;
  const strayed = leaf && now && (!here || (headers["X-Renewed"] || now.dataset.leaf) !== now.dataset.leaf);
  const late = !leaf && here && began !== turns && next.dataset.version === now.dataset.version; // the finger went on since
  const kept = same(next, now) && (leaf || next.dataset.version === now.dataset.version); // with what was keyed in on it
  if (!next || older(next, now) || strayed || late || kept) event.detail.shouldSwap = false;
  else if (leaf && !headers["X-Renewed"]) turns += 1;
  if (kept) Object.assign(now.dataset, { version: next.dataset.version, leaf: next.dataset.leaf });
});

let before = "";
let counted = null; // the screen whose time runs out
let ends = 0; // of what the analyzer waits for, by performance.now()
function arrived() {
  const stage = shown();
  if (!stage) return;
  const place = `${stage.dataset.visit}/${stage.dataset.stage}${stage.dataset.step || ""}`;
  before = place;
  stage.querySelectorAll("form.keyed").forEach(readBack);
  if (stage !== counted) ends = performance.now() + 1000 * Number(stage.dataset.left || 0);
  counted = stage;
  advise();
  waiting();
  left();
}

document.addEventListener("htmx:afterSwap", arrived);
new MutationObserver(arrived).observe(main, { childList: true });

/* --- keypad --- */

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key-press]");
  if (!key) return;
  type(key.closest("form"), key.dataset.keyPress);
});

/* A keyboard that somebody plugged in types where the screen's own keys would. */
document.addEventListener("keydown", (event) => {
  const form = main.querySelector("form.keyed");
  const key = event.key === "Backspace" ? "erase" : event.key;
  if (!form || event.ctrlKey || event.altKey || event.metaKey || event.target.matches(".typed")) return;
  if (form.querySelector(`[data-key-press="${CSS.escape(key)}"]`)) type(form, key);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form.keyed");
  if (form) readBack(form);
});

function type(form, key) {
  const field = form.querySelector(".typed");
  field.value = pressed(field.value, key, Number(field.maxLength), Boolean(form.dataset.digits));
  form.querySelectorAll(".notice").forEach((notice) => { notice.hidden = true; });
  readBack(form);
}

/* `digits` stay as they are pressed, also a 0 in front; an amount drops it. */
function pressed(text, key, most, digits) {
  if (key === "clear") return "";
  if (key === "erase") return text.slice(0, -1);
  if (key === "." && (text.includes(".") || text === "")) return text;
  if (!digits && text === "0" && key !== ".") return key;
  return text.length < most ? text + key : text;
}

function readBack(form) {
  const typed = form.querySelector(".typed").value;
  const button = form.querySelector("button[type=submit]");
  if (form.dataset.digits) {
    button.disabled = typed.length < Number(form.dataset.digits);
    return;
  }
  const unit = form.querySelector("[name=unit]:checked");
  const factor = Number(unit.dataset.factor || 0);
  const weight = typed && factor && factor !== 1 ? String(Number(typed) * factor) : "";
  button.disabled = !typed;
  form.querySelector(".unit-name").textContent = unit.dataset.name;
  form.querySelector(".kilograms").textContent = weight && form.dataset.kilograms.replace("%k", weight);
  form.querySelector(".read-back").textContent = typed
    ? form.dataset.readBack.replace("%a", typed).replace("%u", unit.dataset.name)
    : form.dataset.empty;
}

/* --- mirror and waiting clock --- */

function mirror() {
  const picture = document.getElementById("mirror");
  if (!picture || document.hidden) return void setTimeout(mirror, MIRROR);
  const next = new Image();
  next.onload = () => { picture.src = next.src; setTimeout(mirror, MIRROR); };
  next.onerror = () => setTimeout(mirror, 5 * MIRROR);
  next.src = `/preview.jpg?${Math.floor(performance.now())}`;
}

/* What helps comes by itself; the mirror that it stands over is not drawn anew for it. */
function advise() {
  const place = main.querySelector(".helps");
  if (place && place.innerHTML !== hint.innerHTML) place.innerHTML = hint.innerHTML;
}

function waiting() {
  const line = main.querySelector("[data-waited]");
  if (!line) return;
  const place = `waited/${before}`;
  const began = Number(sessionStorage.getItem(place)) || Date.now();
  sessionStorage.setItem(place, began);
  const seconds = Math.max(0, Math.floor((Date.now() - began) / 1000));
  const words = line.dataset.waited.replace("%m", Math.floor(seconds / 60)).replace("%s", seconds % 60);
  line.querySelector("span").textContent = words;
}

function left() {
  const line = main.querySelector("[data-countdown]");
  if (!line) return;
  const seconds = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
  if (!seconds) main.querySelectorAll("[data-until] button").forEach((button) => { button.disabled = false; });
  line.querySelector("span").textContent = line.dataset.countdown
    .replace("%m", Math.floor(seconds / 60)).replace("%s", String(seconds % 60).padStart(2, "0"));
}

setInterval(waiting, 1000);
setInterval(left, 250);
mirror();
arrived();
