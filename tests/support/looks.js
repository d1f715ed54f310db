// What tests/support/looks.py measures in a page; each answers sentences about what is wrong.
({
  small({ finger }) {
    return this.targets().map((one) => [one, one.getBoundingClientRect()])
      .filter(([, box]) => Math.min(box.width, box.height) < finger - 0.5)
      .map(([one, box]) => `${this.name(one)} is ${Math.round(box.width)} x ${Math.round(box.height)}`);
  },

  tiny({ smallest }) {
    return this.worded().map((one) => [one, this.size(one)])
      .filter(([, size]) => size && size < smallest - 0.05)
      .map(([one, size]) => `${this.name(one)} has ${size.toFixed(1)} px`);
  },

  // Text that leaves its element, an element that leaves the one it stands in, and everything that leaves the window.
  cut({ slack }) {
    const found = new Set();
    for (const at of this.texts()) this.cutText(at, slack, found);
    for (const one of document.querySelectorAll("body *")) this.cutBox(one, slack, found);
    const main = document.getElementById("main");
    if (main && main.scrollHeight > main.clientHeight + 2 && !main.querySelector("[data-scrolls]")) found.add("the page scrolls");
    return [...found];
  },

  cutText(at, slack, found) {
    const one = at.parentElement;
    const range = document.createRange();
    range.selectNodeContents(at);
    let holder = one;
    while (["inline", "contents"].includes(getComputedStyle(holder).display)) holder = holder.parentElement;
    const ink = this.size(one) * 0.3; // a letter's ink may stand out of a narrow line
    const box = holder.getBoundingClientRect();
    for (const line of range.getClientRects()) {
      if (!line.width) continue;
      const sideways = line.right > box.right + slack || line.left < box.left - slack;
      if (sideways || line.bottom > box.bottom + ink || line.top < box.top - ink) found.add(`${this.name(one)} leaves its place`);
      if (line.right > innerWidth + slack || line.bottom > innerHeight + ink) found.add(`${this.name(one)} leaves the window`);
    }
    for (let up = holder; up && up !== document.body; up = up.parentElement) {
      const look = getComputedStyle(up);
      if (look.overflowX !== "visible" && up.scrollWidth > up.clientWidth + 2) found.add(`${this.name(up)} is cut off`);
      if (look.overflowY === "hidden" && up.scrollHeight > up.clientHeight + ink + 2) found.add(`${this.name(up)} is cut off below`);
    }
  },

  cutBox(one, slack, found) {
    const look = getComputedStyle(one);
    const loose = ["inline", "contents"].includes(look.display) || ["absolute", "fixed"].includes(look.position);
    if (loose || !this.seen(one) || (one.closest("svg") && one.tagName !== "svg") || one.closest("[data-scrolls]")) return;
    let up = one.parentElement;
    while (up && ["inline", "contents"].includes(getComputedStyle(up).display)) up = up.parentElement;
    const box = one.getBoundingClientRect();
    if (!up || up === document.documentElement || !box.width || !box.height) return;
    const outer = up.getBoundingClientRect();
    const out = box.right > outer.right + slack || box.bottom > outer.bottom + slack || box.left < outer.left - slack || box.top < outer.top - slack;
    if (out) found.add(`${this.name(one)} leaves ${this.name(up)}`);
  },

  overlaps({ slack }) {
    const apart = (a, b) => a.right <= b.left + slack || b.right <= a.left + slack || a.bottom <= b.top + slack || b.bottom <= a.top + slack;
    const others = [...document.querySelectorAll("h1, h2, p, dl, blockquote, img, .notice, legend")].filter((one) => this.seen(one) && !one.closest(".mirror"));
    const boxes = [...new Set([...this.targets(), ...others])].map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
    return boxes.flatMap(([one, box], nth) => boxes.slice(nth + 1)
      .filter(([other, its]) => !one.contains(other) && !other.contains(one) && !apart(box, its))
      .map(([other]) => `${this.name(one)} and ${this.name(other)} overlap`));
  },

  faint({ least }) {
    return this.worded().filter((one) => !one.closest(".mirror img"))
      .map((one) => [one, this.contrast(one)])
      .filter(([, ratio]) => ratio < least - 0.005)
      .map(([one, ratio]) => `${this.name(one)} has a contrast of ${ratio.toFixed(2)}`);
  },

  contrast(one) {
    const parts = (colour) => { const got = colour.match(/[\d.]+/g).map(Number); return got.length < 4 ? [...got, 1] : got; };
    const over = (top, under) => [0, 1, 2].map((nth) => top[nth] * top[3] + under[nth] * (1 - top[3]));
    const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    const layers = [];
    for (let up = one; up; up = up.parentElement) {
      layers.push(parts(getComputedStyle(up).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    const back = layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
    const [a, b] = [light(over(parts(getComputedStyle(one).color), back)), light(back)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  },

  name(one) {
    const kind = typeof one.className === "string" && one.className ? `.${one.className.trim().replace(/\s+/g, ".")}` : "";
    const words = (one.innerText || one.getAttribute("aria-label") || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${one.tagName.toLowerCase()}${kind}> ${words}`;
  },

  seen: (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }),

  targets() {
    const wanted = "button, a[href], .chip, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), [role=button]";
    return [...document.querySelectorAll(wanted)].filter(this.seen);
  },

  texts() {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const at = walk.currentNode;
      if (at.data.trim() && this.seen(at.parentElement) && !at.parentElement.closest(".unseen")) found.push(at);
    }
    return found;
  },

  worded() { return [...new Set(this.texts().map((at) => at.parentElement))]; },

  size: (one) => parseFloat(getComputedStyle(one).fontSize) * (one.currentCSSZoom || 1),
})
