/* Clocks that the page counts by itself: the frame says how many seconds each has left, and for how long it stands. */
"use strict";

(() => {
  const main = document.getElementById("main");
  let stage = null, begun = 0, left = {};

  function count() {
    const now = main.querySelector(".stage");
    if (now !== stage) {
      stage = now;
      begun = performance.now();
      left = Object.fromEntries((now?.dataset.clocks || "").split(" ").filter(Boolean).map((one) => one.split(/:(?=-?\d+$)/)));
    }
    main.querySelectorAll("[data-clock]").forEach((one) => {
      if (!(one.dataset.clock in left)) return;
      const seconds = Math.max(0, Math.ceil(Number(left[one.dataset.clock]) - (performance.now() - begun) / 1000));
      const words = one.dataset.clockWords.replace("%m", Math.floor(seconds / 60)).replace("%s", String(seconds % 60).padStart(2, "0"));
      if (one.textContent !== words) one.textContent = words;
    });
  }

  new MutationObserver(count).observe(main, { childList: true });
  setInterval(count, 250);
  count();
})();
