// Pages that live, beside htmx: keeps the list short, says whether the stream is up, and that somebody is signed out.
(function () {
  "use strict";
  var MOST = 60, SILENT = 45000, source = null, heard = Date.now(), over = false;

  function trim() {
    var feed = document.getElementById("feed");
    while (feed && feed.children.length > MOST) feed.lastElementChild.remove();
  }
  function link(state) {
    var sign = document.getElementById("link");
    if (sign) sign.dataset.state = state;
  }
  function listen() { heard = Date.now(); }
  function ended() { check(true); }

  // A stream cannot say why it was refused: a page that asks for no more than being signed in can.
  function check(again) {
    fetch("/me", { method: "HEAD", headers: { accept: "application/json" }, redirect: "manual", cache: "no-store" })
      .then(function (answer) {
        if (answer.status === 401) end();
        else if (again) location.reload();
      }, function () { });
  }
  function end() {
    var said = document.querySelector("#ended p"), live = document.getElementById("live");
    over = true;
    link("over");
    if (source) source.close();
    if (live) live.remove();
    if (said) said.hidden = false;
  }

  document.addEventListener("htmx:sseMessage", function () { listen(); trim(); });
  document.addEventListener("htmx:sseOpen", function (event) {
    if (over) return;
    source = event.detail.source;
    source.addEventListener("still", listen);
    source.addEventListener("ended", ended);
    listen();
    link("up");
  });
  document.addEventListener("htmx:sseError", function () {
    if (over) return;
    link("down");
    check(false);
  });

  // A line that died without a word (a laptop that slept) is found by its silence; a new page has everything.
  setInterval(function () {
    if (!over && Date.now() - heard > SILENT) { link("down"); check(true); }
  }, 5000);
})();
