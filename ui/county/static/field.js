// The phone's queue: notes wait in IndexedDB until the county has committed them. Each belongs to the account that
// wrote it, and goes under no other name. `window.field` is what the forms use of it.
(function () {
  "use strict";
  var NAME = "liangzheng-field", STORE = "notes";
  var AGAIN = 30000; // ms between two tries while the page is open
  var page = document.getElementById("field");
  if (!page) return;
  var account = page.dataset.account;
  var busy = false, again = false;

  function say(name) {
    return page.getAttribute("data-say-" + name.replace(/_/g, "-")) || "";
  }

  // --- the store ---------------------------------------------------------------------------------------------------

  function opened() {
    return new Promise(function (resolve, reject) {
      var asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore(STORE, { keyPath: "id" }); };
      asked.onsuccess = function () { resolve(asked.result); };
      asked.onerror = function () { reject(asked.error); };
    });
  }

  // `work` gets the store; what it returns is a request. The promise is kept when the transaction is complete.
  async function within(mode, work) {
    var store = await opened();
    try {
      return await new Promise(function (resolve, reject) {
        var deal = store.transaction(STORE, mode, { durability: "strict" });
        var asked = work(deal.objectStore(STORE));
        deal.oncomplete = function () { resolve(asked.result); };
        deal.onabort = deal.onerror = function () { reject(deal.error); };
      });
    } finally {
      store.close();
    }
  }

  function put(note) { return within("readwrite", function (store) { return store.put(note); }); }
  function drop(id) { return within("readwrite", function (store) { return store.delete(id); }); }
  function find(id) { return within("readonly", function (store) { return store.get(id); }); }

  async function mine() {
    var every = await within("readonly", function (store) { return store.getAll(); });
    return every.filter(function (one) { return one.account === account; })
      .sort(function (one, other) { return one.made - other.made || (one.id < other.id ? -1 : 1); });
  }

  // --- sending -----------------------------------------------------------------------------------------------------

  function body(note) {
    var form = new FormData();
    form.append("id", note.id);
    form.append("account", note.account);
    form.append("kind", note.kind);
    form.append("at", note.at);
    note.fields.forEach(function (one) { form.append(one[0], one[1]); });
    note.pictures.forEach(function (one, nth) {
      form.append(one[0], new Blob([one[1]], { type: "image/jpeg" }), nth + ".jpg");
    });
    return form;
  }

  // kept, refused (with what to correct), or the word for why it has to wait
  async function post(note) {
    var answer, told = {};
    try {
      answer = await fetch("/field/notes", { method: "POST", body: body(note), redirect: "manual", credentials: "same-origin" });
    } catch (unreached) {
      return { state: "offline" };
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "signed_out" };
    try { told = await answer.json(); } catch (garbled) { return { state: "busy" }; }
    // A hotel's or a market's network answers for us, too: only what names this note counts.
    if (answer.status === 200 && told.kept === true && told.id === note.id) return { state: "kept" };
    if (answer.status === 409) return { state: "other" };
    if (answer.status === 413 || answer.status === 422) return { state: "refused", problems: told.problems || {} };
    return { state: "busy" };
  }

  async function sendAll() {
    var waiting = (await mine()).filter(function (one) { return one.state === "waiting"; });
    var sent = 0;
    for (var note of waiting) {
      link("sending");
      var answer = await post(note);
      if (answer.state === "kept") {
        await drop(note.id);
        sent += 1;
      } else if (answer.state === "refused") {
        note.state = "refused";
        note.problems = answer.problems;
        await put(note);
      } else {
        link(answer.state);
        return sent;
      }
      await show();
    }
    link(navigator.onLine ? "" : "offline");
    return sent;
  }

  // One page of this browser sends at a time; the county counts an id once in any case.
  function alone() {
    if (!navigator.locks) return sendAll();
    return navigator.locks.request(NAME, { ifAvailable: true }, function (lock) { return lock ? sendAll() : 0; });
  }

  // Who asks meanwhile is heard afterwards: the network may have come back after the try that failed.
  async function send() {
    again = busy;
    if (busy) return;
    busy = true;
    try {
      do {
        again = false;
        if (await alone()) await refreshSent();
      } while (again);
    } catch (unstored) {
      link("no_store");
    } finally {
      busy = false;
      await show();
    }
  }

  // --- what is shown -----------------------------------------------------------------------------------------------

  function link(state) {
    var line = document.getElementById("link");
    if (!line) return;
    line.dataset.state = state;
    line.hidden = !state;
    line.className = "note link-state " + state;
    line.textContent = state ? say(state) : "";
    if (state === "signed_out") {
      var to = document.createElement("a");
      to.href = "/sign-in?to=/field";
      to.textContent = line.textContent;
      line.replaceChildren(to);
    }
  }

  function button(words, kind, act) {
    var one = document.createElement("button");
    one.type = "button";
    one.className = "button plain " + kind;
    one.textContent = words;
    one.addEventListener("click", act);
    return one;
  }

  function line(note) {
    var item = document.createElement("li"), head = document.createElement("b"), told = document.createElement("span");
    item.dataset.note = note.id;
    item.className = note.state;
    head.textContent = page.getAttribute("data-kind-" + note.kind) + (note.title ? " · " + note.title : "");
    told.textContent = say(note.state) + " · " + note.at.slice(5, 16).replace("T", " ");
    item.append(head, told);
    if (note.state === "refused") {
      var list = document.createElement("ul");
      Object.values(note.problems).forEach(function (words) {
        var one = document.createElement("li");
        one.textContent = words;
        list.append(one);
      });
      var correct = document.createElement("a");
      correct.className = "button";
      correct.href = "/field/" + note.kind + "?note=" + note.id;
      correct.textContent = say("correct");
      var buttons = document.createElement("p");
      buttons.className = "buttons";
      buttons.append(correct, button(say("drop"), "danger", async function () {
        if (!confirm(say("drop_ask"))) return;
        await drop(note.id);
        await show();
      }));
      item.append(list, buttons);
    }
    return item;
  }

  async function show() {
    var queue = document.getElementById("queue");
    if (!queue) return;
    var every = await mine();
    document.getElementById("waiting").hidden = every.length === 0;
    document.getElementById("waiting-count").textContent = String(every.length);
    queue.replaceChildren.apply(queue, every.map(line));
  }

  async function refreshSent() {
    var there = document.getElementById("sent");
    if (!there) return;
    try {
      var answer = await fetch("/field", { credentials: "same-origin" });
      var fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("sent");
      if (fresh) there.replaceChildren.apply(there, Array.from(fresh.childNodes));
    } catch (unreached) {
      return;
    }
  }

  // --- the shell stays in the phone --------------------------------------------------------------------------------

  async function settle() {
    if (!("serviceWorker" in navigator)) return;
    try {
      await navigator.serviceWorker.register("/field/worker.js", { scope: "/field" });
      var ready = await navigator.serviceWorker.ready;
      if (document.getElementById("queue")) ready.active.postMessage("keep"); // once a visit: a village pays by the byte
    } catch (refused) {
      return; // without it the pages need the network; what waits is safe all the same
    }
  }

  // Who leaves takes the pages that were drawn for him along; his notes stay, and wait for him.
  function leaving() {
    var out = document.querySelector("form[action='/sign-out']");
    if (!out || !window.caches) return;
    out.addEventListener("submit", function (event) {
      if (out.dataset.left) return;
      event.preventDefault();
      caches.keys().then(function (names) { return Promise.all(names.map(function (one) { return caches.delete(one); })); })
        .finally(function () { out.dataset.left = "1"; out.requestSubmit(); });
    });
  }

  window.field = { say: say, put: put, find: find, post: post, send: send, link: link, account: account };
  window.addEventListener("online", send);
  window.addEventListener("offline", function () { link("offline"); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) send(); });
  setInterval(send, AGAIN);
  if (!navigator.onLine) link("offline");
  var pressed = document.getElementById("send");
  if (pressed) pressed.addEventListener("click", send);
  leaving();
  settle();
  show().then(send, function () { link("no_store"); });
})();
