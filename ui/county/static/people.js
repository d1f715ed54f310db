// A long list is being taken: shows how far it is. Something waits for its signature: looks again, unless somebody is
// in the middle of a form. Without this script the page waits for the answer, or for somebody to load it again.
"use strict";
for (const form of document.querySelectorAll("form[data-far]")) {
  form.addEventListener("submit", () => {
    const far = form.querySelector(".far"), bar = far.querySelector("progress");
    far.hidden = false;
    form.querySelector("button").disabled = true;
    const look = async () => {
      try {
        const answer = await fetch(form.dataset.far, { headers: { accept: "application/json" } });
        const told = answer.ok ? await answer.json() : null;
        if (told) bar.value = told.done;
      } catch { /* the next look tells */ }
      setTimeout(look, 700);
    };
    look();
  });
}
if (document.querySelector("[data-waits]")) {
  setInterval(() => {
    if (!document.querySelector("details[open], input:checked")) location.reload();
  }, 4000);
}
