/* Letters of the main part are made smaller, step by step, until nothing leaves its place: a long name, another
   language or the biggest letters never cut a sentence off. Letters of the first size are made smaller only a little. */
"use strict";

(() => {
  const STEP = 0.04, LEAST = 0.88; // of the first size
  const root = document.documentElement;
  const main = document.getElementById("main");

  /* Whether anything that stands in a box leaves it: below, or to the right. */
  function crowded() {
    if (main.querySelector("[data-scrolls]")) return false;
    if (main.scrollHeight > main.clientHeight + 1) return true;
    return [...main.querySelectorAll(".stage *")].some(leaves);
  }

  function leaves(one) {
    const look = getComputedStyle(one);
    if (look.display === "inline" || look.display === "contents" || ["absolute", "fixed"].includes(look.position)) return false;
    if (one.parentElement.closest("svg, .mirror, .unseen") || one.matches("input, .mirror, .unseen")) return false;
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height) return false;
    if (one.clientWidth && one.scrollWidth > one.clientWidth + 1) return true;
    const holder = holding(one).getBoundingClientRect();
    return box.bottom > holder.bottom + 1 || box.right > holder.right + 1;
  }

  function holding(one) {
    let up = one.parentElement;
    while (["inline", "contents"].includes(getComputedStyle(up).display)) up = up.parentElement;
    return up;
  }

  /* From what the person chose down to the first size, then, for want of anything better, a little below it. */
  function sizes(wanted) {
    const above = [], below = [];
    for (let size = 1; size * wanted > 1; size -= STEP) above.push(size);
    for (let size = 1; size >= LEAST; size -= STEP) below.push(size / wanted);
    return [...above, ...below];
  }

  function fit() {
    const wanted = parseFloat(getComputedStyle(root).getPropertyValue("--text")) || 1;
    for (const size of sizes(wanted)) {
      root.style.setProperty("--fit", size.toFixed(4));
      if (!crowded()) return;
    }
  }

  new MutationObserver(fit).observe(main, { childList: true });
  window.addEventListener("resize", fit);
  document.fonts.ready.then(fit);
  fit();
})();
