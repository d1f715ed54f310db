// The forms of a phone: what is asked when, pictures shrunk before they wait, and what the county says meanwhile.
(function () {
  "use strict";
  var SIDE = 1600, QUALITY = 0.82; // px, of a JPEG
  var PAUSE = 500; // ms after the last key
  var LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  var form = document.getElementById("note"), field = window.field;
  if (!form || !field) return;
  var kind = form.dataset.kind, most = Number(form.dataset.most), remembered = "field." + field.account + ".";
  var note = { id: newId(), account: field.account, kind: kind, at: "", made: 0, title: "", fields: [], pictures: [], state: "waiting", problems: {} };

  function newId() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (one) { return one.toString(16).padStart(2, "0"); }).join("");
  }

  function by(name) { return form.elements.namedItem(name); }

  function value(name) {
    var found = by(name);
    return found ? found.value : "";
  }

  function saying(words) { document.getElementById("saying").textContent = words; }

  function now() {
    var at = new Date(), two = function (one) { return String(one).padStart(2, "0"); };
    var ahead = -at.getTimezoneOffset(), off = Math.abs(ahead);
    return at.getFullYear() + "-" + two(at.getMonth() + 1) + "-" + two(at.getDate()) + "T" + two(at.getHours()) + ":" + two(at.getMinutes()) + ":" + two(at.getSeconds()) +
      (ahead < 0 ? "-" : "+") + two(Math.floor(off / 60)) + ":" + two(off % 60);
  }

  // ISO 7064 MOD 33,32, as kiosk.rules.scan.numbers has it
  function check(text) {
    var sum = 32;
    Array.from(text).forEach(function (one) {
      sum = (sum + LETTERS.indexOf(one)) % 32 || 32;
      sum = sum * 2 % 33;
    });
    return LETTERS[(33 - sum) % 32];
  }

  function code(id) {
    var own = id.slice(0, 8).toUpperCase();
    return "P-" + own + "-" + check(own);
  }

  // --- what is asked -----------------------------------------------------------------------------------------------

  function settle() {
    form.querySelectorAll("[data-when]").forEach(function (part) {
      var asker = by(part.dataset.when), hidden = part.parentElement.closest("[data-when][hidden]");
      part.hidden = Boolean(hidden) || !asker || part.dataset.is.split(" ").indexOf(asker.value) < 0;
    });
    form.querySelectorAll("input, select").forEach(function (one) { one.disabled = Boolean(one.closest("[data-when][hidden]")); });
  }

  function collect() {
    var told = [];
    Array.from(form.elements).forEach(function (one) {
      if (!one.name || one.disabled || one.type === "file" || (one.type === "radio" && !one.checked)) return;
      if (one.value) told.push([one.name, one.value]);
    });
    return told;
  }

  // --- pictures ----------------------------------------------------------------------------------------------------

  async function shrunk(file) {
    var seen = await createImageBitmap(file);
    var scale = Math.min(1, SIDE / Math.max(seen.width, seen.height));
    var canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(seen.width * scale));
    canvas.height = Math.max(1, Math.round(seen.height * scale));
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(seen, 0, 0, canvas.width, canvas.height);
    seen.close();
    var blob = await new Promise(function (resolve) { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
    return blob.arrayBuffer();
  }

  function hidden(name) {
    var camera = form.querySelector("[data-picture='" + name + "']");
    return !camera || Boolean(camera.closest("[data-when][hidden]"));
  }

  async function thumbs() {
    for (var camera of form.querySelectorAll("[data-picture]")) {
      var list = camera.querySelector(".thumbs"), items = [];
      for (var one of note.pictures) if (one[0] === camera.dataset.picture) items.push(await thumb(one));
      list.replaceChildren.apply(list, items);
    }
  }

  async function thumb(one) {
    var item = document.createElement("li"), canvas = document.createElement("canvas"), away = document.createElement("button");
    var seen = await createImageBitmap(new Blob([one[1]], { type: "image/jpeg" }));
    canvas.height = 96;
    canvas.width = Math.max(1, Math.round(96 * seen.width / seen.height));
    canvas.getContext("2d").drawImage(seen, 0, 0, canvas.width, canvas.height);
    seen.close();
    canvas.setAttribute("aria-hidden", "true");
    away.type = "button";
    away.textContent = field.say("remove");
    away.addEventListener("click", function () {
      note.pictures = note.pictures.filter(function (other) { return other !== one; });
      thumbs();
      advise();
    });
    item.append(canvas, away);
    return item;
  }

  form.querySelectorAll("[data-camera]").forEach(function (input) {
    input.addEventListener("change", async function () {
      var name = input.closest("[data-picture]").dataset.picture, file = input.files[0];
      input.value = "";
      if (!file) return;
      if (note.pictures.length >= most) return saying(field.say("too_many"));
      try {
        note.pictures.push([name, await shrunk(file)]);
        saying("");
      } catch (unreadable) {
        saying(field.say("no_picture"));
      }
      await thumbs();
      advise();
    });
  });

  // --- what the county says meanwhile ------------------------------------------------------------------------------

  async function ask(path, fields) {
    var body = new FormData();
    fields.forEach(function (one) { body.append(one[0], one[1]); });
    var answer = await fetch(path, { method: "POST", body: body, redirect: "manual", credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  var waits = {};
  function soon(name, act) {
    clearTimeout(waits[name]);
    waits[name] = setTimeout(act, PAUSE);
  }

  var asked = 0;
  async function advise() {
    var panel = document.getElementById("advice");
    if (!panel) return;
    var mine = ++asked, told = collect().concat([["id", note.id]]);
    if (note.pictures.some(function (one) { return !hidden(one[0]); })) told.push(["has_picture", "1"]);
    var said = {}, away = false;
    try { said = await ask("/field/advice", told); } catch (unreached) { away = true; }
    if (mine !== asked) return; // an older answer
    document.getElementById("no-advice").hidden = !away;
    panel.hidden = !said.advice;
    panel.className = "panel advice " + (said.advice || "");
    panel.dataset.advice = said.advice || "";
    if (said.advice) {
      document.getElementById("advice-title").textContent = said.title;
      document.getElementById("advice-state").textContent = said.state;
      var list = document.getElementById("advice-words");
      list.replaceChildren.apply(list, said.words.map(function (words) {
        var one = document.createElement("li");
        one.textContent = words;
        return one;
      }));
    }
    why();
  }

  // A reason is asked for where he decides otherwise, or nobody can say yet what the rules would advise.
  function why() {
    var part = document.getElementById("why"), panel = document.getElementById("advice");
    if (!part) return;
    part.hidden = !value("decision") || panel.dataset.advice === value("decision");
    by("reason").disabled = part.hidden;
  }

  async function look() {
    var told = document.getElementById("told"), number = value("number").trim();
    if (!number) return;
    try {
      var said = await ask("/field/paper", [["number", number]]);
      told.textContent = said.found ? said.words : field.say("unknown_paper");
      if (said.found) fill(said.facts);
    } catch (unreached) {
      told.textContent = field.say("offline_list");
    }
    advise();
  }

  // What stands there already was told by a person.
  function fill(facts) {
    by("number").value = facts.number;
    if (!value("product")) choose(facts.product);
    ["seller", "origin"].forEach(function (name) { if (!value(name)) by(name).value = facts[name]; });
    settle();
  }

  function choose(product) {
    var list = by("product"), known = Array.from(list.options).some(function (one) { return one.value === product; });
    list.value = known ? product : "other";
    if (!known) by("product_other").value = product;
  }

  async function scan(file) {
    try {
      var found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
      if (!found.length) throw new Error("none");
      by("number").value = found[0].rawValue;
      await look();
    } catch (unread) {
      document.getElementById("told").textContent = field.say("unread_code");
    }
  }

  async function search() {
    var list = document.getElementById("subjects"), sought = value("subject_name").trim();
    by("subject").value = "";
    list.hidden = true;
    if (!sought) return;
    try {
      var answer = await fetch("/field/subjects?q=" + encodeURIComponent(sought), { redirect: "manual", headers: { accept: "application/json" } });
      if (!answer.ok) return;
      var found = (await answer.json()).found;
      list.replaceChildren.apply(list, found.map(offered));
      list.hidden = found.length === 0;
    } catch (unreached) {
      return; // away from the network a name is enough
    }
  }

  function offered(one) {
    var item = document.createElement("li"), pick = document.createElement("button");
    pick.type = "button";
    pick.textContent = one.origin ? one.name + " · " + one.origin : one.name;
    pick.addEventListener("click", function () {
      by("subject").value = one.id;
      by("subject_name").value = one.name;
      ["origin", "place"].forEach(function (name) { if (by(name) && !value(name)) by(name).value = one.origin; });
      document.getElementById("subjects").hidden = true;
    });
    item.append(pick);
    return item;
  }

  function locate() {
    var told = document.getElementById("located");
    if (!navigator.geolocation) return void (told.textContent = field.say("no_position"));
    navigator.geolocation.getCurrentPosition(function (found) {
      by("longitude").value = found.coords.longitude.toFixed(6);
      by("latitude").value = found.coords.latitude.toFixed(6);
      told.textContent = field.say("position") + " " + value("latitude") + ", " + value("longitude");
    }, function () { told.textContent = field.say("no_position"); }, { enableHighAccuracy: true, timeout: 20000 });
  }

  // --- keeping -----------------------------------------------------------------------------------------------------

  function mark(problems) {
    form.querySelectorAll("[data-for]").forEach(function (one) { one.hidden = true; one.textContent = ""; });
    var first = null;
    Object.keys(problems).forEach(function (name) {
      var beside = form.querySelector("[data-for='" + name + "']") || form.querySelector("[data-for='form']");
      beside.textContent = problems[name];
      beside.hidden = false;
      var input = by(name);
      if (input && input.setAttribute) input.setAttribute("aria-invalid", "true");
      first = first || beside;
    });
    document.getElementById("wrong").hidden = !first;
    if (first) first.scrollIntoView({ block: "center" });
  }

  function recall() {
    form.querySelectorAll("[data-remember]").forEach(function (one) {
      try { one.value = one.value || localStorage.getItem(remembered + one.name) || ""; } catch (unkept) { return; }
    });
  }

  function remember() {
    form.querySelectorAll("[data-remember]").forEach(function (one) {
      try { if (!one.disabled) localStorage.setItem(remembered + one.name, one.value); } catch (unkept) { return; }
    });
  }

  async function keep(event) {
    event.preventDefault();
    var case_ = by("case"), chosen = case_ && case_.selectedOptions && case_.selectedOptions[0];
    note.fields = collect();
    note.pictures = note.pictures.filter(function (one) { return !hidden(one[0]); });
    note.at = note.at || now();
    note.made = note.made || Date.now();
    note.title = value("subject_name") || value("seller") || (chosen ? chosen.textContent : "");
    note.state = "waiting";
    note.problems = {};
    remember();
    try {
      await field.put(note);
    } catch (unstored) {
      return straight();
    }
    location.assign("/field");
  }

  // A phone that keeps nothing sends at once, or says that it could not.
  async function straight() {
    var answer = await field.post(note);
    if (answer.state === "kept") return location.assign("/field");
    if (answer.state === "refused") return mark(answer.problems);
    saying(field.say("full"));
  }

  // A note that the county refused, as it was filled: with the id that it has, and what to correct beside its fields.
  async function reopen(id) {
    var found = await field.find(id);
    if (!found || found.account !== field.account || found.state !== "refused") return;
    note = found;
    note.fields.forEach(function (one) { if (by(one[0])) by(one[0]).value = one[1]; });
    settle();
    note.fields.forEach(function (one) { if (by(one[0])) by(one[0]).value = one[1]; }); // what was hidden until now
    settle();
    why();
    await thumbs();
    mark(note.problems);
  }

  async function begin() {
    var wanted = new URLSearchParams(location.search);
    recall();
    if (by("task") && wanted.get("task")) by("task").value = wanted.get("task");
    settle();
    try { if (wanted.get("note")) await reopen(wanted.get("note")); } catch (unstored) { field.link("no_store"); }
    var shown = document.getElementById("code");
    if (shown) shown.textContent = code(note.id);
    why();
    form.dataset.ready = "1";
  }

  form.addEventListener("submit", keep);
  form.addEventListener("change", function () { settle(); why(); });
  form.addEventListener("input", function (event) {
    if (event.target.name === "subject_name") soon("search", search);
    else if (kind === "gate") soon("advice", advise);
  });
  var scanner = document.getElementById("scan");
  if (scanner && window.BarcodeDetector) {
    scanner.hidden = false;
    document.getElementById("scan-file").addEventListener("change", function (event) { if (event.target.files[0]) scan(event.target.files[0]); });
  }
  [["look", look], ["locate", locate]].forEach(function (one) {
    var pressed = document.getElementById(one[0]);
    if (pressed) pressed.addEventListener("click", one[1]);
  });
  begin();
})();
