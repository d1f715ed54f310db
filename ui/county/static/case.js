// The page of a case: counts a term down, and prints the evidence sheet. Without it the page says the same, once.
(function () {
  "use strict";
  var clocks = document.querySelectorAll("[data-until]");
  function draw() {
    clocks.forEach(function (clock) {
      var minutes = Math.max(0, Math.floor((Date.parse(clock.dataset.until) - Date.now()) / 60000));
      var days = minutes >= 2880;
      var words = days ? clock.dataset.days.replace("#", Math.floor(minutes / 1440))
        : clock.dataset.hours.replace("#", Math.floor(minutes / 60)).replace("@", String(minutes % 60).padStart(2, "0"));
      clock.textContent = words;
    });
  }
  if (clocks.length) setInterval(draw, 15000);
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
