/* What the page does by itself: the keypad, the mirror picture, the waiting clock, and coming back when the station was
   away. It keeps no state of the turn: that is the station's. */
"use strict";

const SETTLE = 400; // ms after a new screen in which a second tap of the same finger is ignored
const SILENT = 8000; // ms without a beat (one comes every 2 s) until the page says that it lost the station
const PROBE = 2000;
const MIRROR = 200;

const main = document.getElementById("main");
const lost = document.getElementById("lost");
const hint = document.getElementById("hint");
let heard = performance.now();

function shown() { return main.querySelector(".stage"); }

function framed(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector(".stage");
}

/* An answer may be overtaken by newer news: within one start of the station, nothing older replaces what is shown. */
function older(next, now) {
  return next && now && next.dataset.boot === now.dataset.boot && Number(next.dataset.version) < Number(now.dataset.version);
}

function same(next, now) {
  return next && now && next.dataset.boot === now.dataset.boot && next.dataset.key === now.dataset.key;
}

document.addEventListener("htmx:sseBeforeMessage", (event) => {
  heard = performance.now();
  found();
  if (event.target !== main) return;
  const next = framed(event.detail.data);
  if (older(next, shown()) || same(next, shown())) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== main) return;
  const next = framed(event.detail.serverResponse);
  const shownNow = next && same(next, shown()) && next.dataset.version === shown().dataset.version;
  if (!next || older(next, shown()) || shownNow) event.detail.shouldSwap = false;
});

let before = "";
let counted = null; // the screen whose time runs out
let ends = 0; // of what the analyzer waits for, by performance.now()
function arrived() {
  const stage = shown();
  if (!stage) return;
  const place = `${stage.dataset.visit}/${stage.dataset.stage}${stage.dataset.step || ""}`;
  if (before && before !== place) settle(stage);
  before = place;
  stage.querySelectorAll("form.keyed").forEach(readBack);
  if (stage !== counted) ends = performance.now() + 1000 * Number(stage.dataset.left || 0);
  counted = stage;
  advise();
  waiting();
  left();
}

function settle(stage) {
  stage.classList.add("settling");
  setTimeout(() => stage.classList.remove("settling"), SETTLE);
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
  line.querySelector("span").textContent = line.dataset.countdown
    .replace("%m", Math.floor(seconds / 60)).replace("%s", String(seconds % 60).padStart(2, "0"));
}

/* --- losing the station and coming back --- */

function gone() { lost.hidden = false; }
function found() { lost.hidden = true; }

document.addEventListener("htmx:sendError", gone);
document.addEventListener("htmx:timeout", gone);

async function watch() {
  if (performance.now() - heard > SILENT) gone();
  if (!lost.hidden) {
    try {
      const answer = await fetch("/screen", { cache: "no-store", signal: AbortSignal.timeout(PROBE) });
      if (answer.ok && !lost.hidden) location.reload();
    } catch (absent) {
      console.info("the station does not answer yet", absent.name);
    }
  }
  setTimeout(watch, PROBE);
}

document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("dragstart", (event) => event.preventDefault());
setInterval(waiting, 1000);
setInterval(left, 250);
setTimeout(watch, PROBE);
mirror();
arrived();
