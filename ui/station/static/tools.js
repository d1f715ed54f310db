/* Where a finger landed on the page of crosses: told to the station in ten-thousandths of the window. */
"use strict";

document.addEventListener("pointerup", (event) => {
  const form = event.target.closest("form[data-touched]");
  if (!form) return;
  const x = Math.round((10000 * event.clientX) / window.innerWidth);
  const y = Math.round((10000 * event.clientY) / window.innerHeight);
  form.querySelector("[name=value]").value = `${x} ${y}`;
  form.requestSubmit();
});
