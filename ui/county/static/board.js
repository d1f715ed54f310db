// The map of the board follows its tiles: each frame of the stream brings tiles, and the dots take their state from them.
(function () {
  "use strict";
  function follow() {
    document.querySelectorAll("#chart .dot").forEach(function (dot) {
      var tile = document.getElementById("s-" + dot.id.slice(2));
      if (!tile || dot.classList.contains(tile.dataset.mark)) return;
      var words = dot.dataset.name + " " + tile.dataset.words;
      dot.setAttribute("class", "dot " + tile.dataset.mark);
      dot.setAttribute("aria-label", words);
      dot.querySelector("title").textContent = words;
      dot.querySelector("use").setAttribute("href", "#shape-" + tile.dataset.mark);
    });
  }
  document.addEventListener("htmx:sseMessage", follow);
})();
