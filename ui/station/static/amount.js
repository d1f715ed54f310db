/* An amount is read back in words while it is typed: the characters are of the word pack (number.digits, number.places),
   so a language that writes its figures as they are typed says so there. */
"use strict";

(() => {
  const main = document.getElementById("main");

  function back() {
    const form = main.querySelector("form[data-amount]");
    const line = form && form.querySelector(".read-back");
    const typed = form && form.querySelector(".typed").value;
    if (!line || !typed) return;
    const unit = form.querySelector("[name=unit]:checked");
    const words = form.dataset.readBack.replace("%a", spelt(typed, form.dataset)).replace("%u", unit.dataset.spoken);
    if (line.textContent !== words) line.textContent = words;
  }

  function spelt(typed, { numerals: digits, places }) {
    if (!digits || digits[0] === "0" || !Number(typed)) return typed;
    const [whole, part] = typed.split(".");
    const thousands = Math.floor(Number(whole) / 10000), rest = Number(whole) % 10000;
    let said = thousands ? group(thousands, digits, places) + places[3] : "";
    if (rest || !said) said += (thousands && rest < 1000 ? digits[0] : "") + group(rest, digits, places);
    return part ? said + places[4] + [...part].map((one) => digits[one]).join("") : said;
  }

  /* Below ten thousand. Ten is not one-ten, and noughts in between are said once. */
  function group(number, digits, places) {
    if (!number) return digits[0];
    let said = "", gap = false;
    for (const [place, worth] of [[2, 1000], [1, 100], [0, 10]]) {
      const digit = Math.floor(number / worth) % 10;
      if (!digit) { gap = gap || said !== ""; continue; }
      if (gap && said) said += digits[0];
      gap = false;
      said += (digit === 1 && worth === 10 && !said ? "" : digits[digit]) + places[place];
    }
    const last = number % 10;
    return last ? said + (gap && said ? digits[0] : "") + digits[last] : said;
  }

  document.addEventListener("click", back);
  document.addEventListener("keydown", back);
  document.addEventListener("input", back);
  new MutationObserver(back).observe(main, { childList: true, subtree: true });
  back();
})();
