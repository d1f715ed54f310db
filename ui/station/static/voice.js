/* Plays what the shown page has to say, piece after piece. Any touch ends it; one button says it again, one is silent
   until the turn ends. The words stand on the page whether it speaks or not. For what somebody has to come for there is
   a tone, once: two notes that nobody takes for a voice. */
"use strict";

(() => {
  const main = document.getElementById("main");
  const buttons = document.getElementById("voice");
  if (!buttons) return;
  const again = buttons.querySelector("[data-voice=again]");
  const quiet = buttons.querySelector("[data-voice=quiet]");
  let playing = null; // the sound that is heard now
  let turn = 0; // what was begun before the last one is not gone on with

  function stage() { return main.querySelector(".stage"); }
  function sounds() { return (stage()?.dataset.sounds || "").split(" ").filter(Boolean); }
  function muted() { return sessionStorage.getItem("muted") === (stage()?.dataset.visit || ""); }

  function stop() {
    turn += 1;
    playing?.pause();
    playing = null;
  }

  function play() { return played(sounds(), Number(stage().dataset.volume || 0) / 100); }

  async function played(addresses, volume) {
    stop();
    const mine = turn;
    if (!volume) return;
    const queue = addresses.map((address) => loaded(address, volume));
    for (const sound of queue) {
      if (mine !== turn) return;
      playing = sound;
      await heard(sound);
    }
  }

  function loaded(address, volume) {
    const sound = new Audio();
    sound.preload = "auto";
    sound.volume = volume;
    sound.src = address;
    return sound;
  }

  /* Until it has ended, was stopped, or cannot be played: then the next piece. */
  function heard(sound) {
    return new Promise((resolve) => {
      ["ended", "pause", "error"].forEach((name) => sound.addEventListener(name, resolve, { once: true }));
      sound.play().catch(resolve);
    });
  }

  function arrived() {
    const shown = stage();
    const said = shown?.dataset.say || "";
    buttons.hidden = !said;
    quiet.setAttribute("aria-pressed", String(muted()));
    if (said === (sessionStorage.getItem("said") || "")) return;
    sessionStorage.setItem("said", said);
    stop();
    if (said && !muted()) play();
  }

  again.addEventListener("click", () => { sessionStorage.removeItem("muted"); arrived(); play(); });
  quiet.addEventListener("click", () => {
    if (muted()) sessionStorage.removeItem("muted"); else sessionStorage.setItem("muted", stage()?.dataset.visit || "");
    stop();
    arrived();
  });
  document.addEventListener("click", (event) => {
    const tried = event.target.closest("[data-voice=try]");
    if (tried) played(tried.dataset.sounds.split(" "), Number(tried.dataset.volume) / 100);
  });

  /* --- what somebody has to come for --- */

  const NOTES = [[880, 0], [660, 0.35]]; // hertz, seconds after the first
  const LENGTH = 0.3; // seconds
  const facts = document.getElementById("facts");
  let speaker = null;

  function calls() { return (facts.querySelector("[data-calls]")?.dataset.calls || "").split(" ").filter(Boolean); }

  function called() {
    const now = calls();
    const before = (sessionStorage.getItem("called") || "").split(" ");
    sessionStorage.setItem("called", now.join(" "));
    if (now.some((one) => !before.includes(one))) ring(Number(stage()?.dataset.volume || 0) / 100);
  }

  function ring(volume) {
    if (!volume) return;
    speaker ??= new AudioContext();
    NOTES.forEach(([hertz, after]) => {
      const note = speaker.createOscillator(), gain = speaker.createGain();
      note.frequency.value = hertz;
      gain.gain.value = volume / 2;
      note.connect(gain).connect(speaker.destination);
      note.start(speaker.currentTime + after);
      note.stop(speaker.currentTime + after + LENGTH);
    });
  }

  new MutationObserver(called).observe(facts, { childList: true });
  document.addEventListener("pointerdown", stop, true);
  document.addEventListener("keydown", stop, true);
  new MutationObserver(arrived).observe(main, { childList: true });
  arrived();
  called();
})();
