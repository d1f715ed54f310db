// The live page beside htmx: keeps the list short, and says whether the stream is up.
(function () {
  "use strict";
  var MOST = 60;
  function trim() {
    var feed = document.getElementById("feed");
    while (feed && feed.children.length > MOST) feed.lastElementChild.remove();
  }
  function link(state) {
    var sign = document.getElementById("link");
    if (sign) sign.dataset.state = state;
  }
  document.addEventListener("htmx:sseMessage", trim);
  document.addEventListener("htmx:sseOpen", function () { link("up"); });
  document.addEventListener("htmx:sseError", function () { link("down"); });
})();
