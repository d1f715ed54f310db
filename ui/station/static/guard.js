/* What keeps the page what it is: a second tap of a hasty finger, keys and gestures that lead away, and coming back by
   itself when the station was away, or when nothing is drawn. What a page cannot do for itself (it froze, it crashed)
   systemd/page does, when this one is no longer heard. */
"use strict";

(() => {
  const SETTLE = 350; // ms in which a new page does not take what was meant for the one before
  const TAPPED = 1500; // ms after a tap in which a new page is its answer; any later one is news
  const SILENT = 8000; // ms without a beat (one comes every 2 s) until the page says that it lost the station
  const BLANK = 4000; // ms without anything drawn
  const BEAT = 5000;
  const PROBES = [2000, 2000, 4000, 8000, 15000]; // ms between two looks whether the station is back
  const WELL = 60000; // ms until a page that came back counts as well
  const KEYS = ["Backspace", "Tab", "Enter", "Shift", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
  const TARGETS = "button, a, label, input";

  const main = document.getElementById("main");
  const lost = document.getElementById("lost");
  const support = document.getElementById("lost-code");
  const page = document.body.dataset.page;
  let heard = performance.now();

  /* --- a second tap --- */

  let finger = { x: -1, y: -1, at: -TAPPED };
  let place = placed();

  function placed() {
    const stage = main.querySelector(".stage");
    return stage && [stage.dataset.visit, stage.dataset.stage, stage.dataset.place, stage.dataset.step].join("/");
  }

  /* After a tap only what stands under that finger rests: whoever keys in quickly loses nothing. A page that came as
     news rests as a whole: nobody can have meant it yet. */
  function swapped() {
    const now = placed();
    if (now === place) return;
    const began = place === null;
    place = now;
    const stage = main.querySelector(".stage");
    if (began || !stage) return;
    const own = performance.now() - finger.at < TAPPED;
    const under = own ? document.elementFromPoint(finger.x, finger.y) : stage;
    const target = own ? under && under.closest(TARGETS) : stage;
    if (!target || !main.contains(target)) return;
    target.classList.add("settling");
    setTimeout(() => target.classList.remove("settling"), SETTLE);
  }

  document.addEventListener("pointerdown", (event) => {
    finger = { x: event.clientX, y: event.clientY, at: performance.now() };
  }, true);
  new MutationObserver(swapped).observe(main, { childList: true });

  /* --- keys and gestures that lead away --- */

  function stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  function away(event) {
    const typed = event.key.length === 1 || KEYS.includes(event.key);
    if (event.ctrlKey || event.altKey || event.metaKey || !typed) stop(event);
  }

  for (const kind of ["keydown", "keyup"]) window.addEventListener(kind, away, true);
  for (const kind of ["contextmenu", "dragstart", "dragover", "drop", "auxclick", "paste", "copy", "cut"]) {
    window.addEventListener(kind, stop, true);
  }
  window.addEventListener("wheel", (event) => { if (event.ctrlKey) stop(event); }, { capture: true, passive: false });
  window.addEventListener("gesturestart", stop, true);

  /* No address but ours, no window but this one, whatever asked for it. */
  function ours(address) {
    const url = new URL(address, location.href);
    return url.origin === location.origin && url.protocol === location.protocol;
  }

  window.open = () => null;
  window.print = () => {};
  navigation.addEventListener("navigate", (event) => {
    if (event.cancelable && (!ours(event.destination.url) || event.downloadRequest !== null)) event.preventDefault();
  });
  window.addEventListener("click", (event) => {
    const link = event.target.closest("a, area");
    if (link && (link.target || link.hasAttribute("download") || !ours(link.href))) stop(event);
  }, true);
  window.addEventListener("submit", (event) => {
    if (event.target.target || !ours(event.target.getAttribute("action") || "")) stop(event);
  }, true);

  /* The way back leads here. */
  history.replaceState(null, "", location.pathname);
  history.pushState(null, "", location.pathname);
  window.addEventListener("popstate", () => history.pushState(null, "", location.pathname));

  /* --- losing the station, and coming back --- */

  let probed = 0; // looks since it was lost
  let next = 0; // when to look again, by performance.now()
  let blank = 0; // since when nothing is drawn

  function two(number) { return String(number).padStart(2, "0"); }

  function gone(why) {
    if (!lost.hidden) return;
    const now = new Date();
    const code = `${why} ${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}`;
    support.textContent = code;
    lost.hidden = false;
    probed = 0;
    next = performance.now() + PROBES[0];
  }

  /* A page that comes back and is lost again at once waits longer each time. */
  function again() {
    const times = Number(sessionStorage.getItem("again") || 0);
    sessionStorage.setItem("again", times + 1);
    setTimeout(reload, times ? PROBES[Math.min(times, PROBES.length - 1)] : 0);
    next = Infinity;
  }

  /* It may be away once more by now, and a page that is not there brings nobody back. */
  async function reload() {
    if (await answers()) location.reload();
    else next = performance.now() + PROBES[0];
  }

  async function answers() {
    try {
      return (await fetch("/screen", { cache: "no-store", signal: AbortSignal.timeout(PROBES[0]) })).ok;
    } catch (absent) {
      console.info("the station does not answer yet", absent.name);
      return false;
    }
  }

  async function probe() {
    next = performance.now() + PROBES[Math.min(probed += 1, PROBES.length - 1)];
    if (await answers() && !lost.hidden) again();
  }

  function drawn() {
    const stage = main.querySelector(".stage");
    return Boolean(window.htmx && stage && stage.offsetHeight && (stage.textContent.trim() || stage.querySelector("img")));
  }

  function watch() {
    const now = performance.now();
    if (now - heard > SILENT) gone("lost");
    blank = drawn() ? 0 : blank || now;
    if (blank && now - blank > BLANK) gone("blank");
    if (!lost.hidden && now >= next) probe();
  }

  document.addEventListener("htmx:sseBeforeMessage", () => {
    heard = performance.now();
    if (drawn()) lost.hidden = true;
  });
  document.addEventListener("htmx:sendError", () => gone("send"));
  document.addEventListener("htmx:timeout", () => gone("slow"));
  setTimeout(() => sessionStorage.removeItem("again"), WELL);
  setInterval(watch, 1000);

  /* --- saying that we draw --- */

  /* Also while the station cannot draw: a new browser would see no more. */
  function beat() {
    if (drawn()) requestAnimationFrame(() => { fetch(`/alive?page=${page}`, { method: "POST" }).catch(() => {}); });
  }
  setInterval(beat, BEAT);
  beat();
})();
