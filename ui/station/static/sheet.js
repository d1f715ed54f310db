/* The pad of a signature: strokes of a finger, in units of 600 x 200, go to the station as they were drawn. */
"use strict";

(() => {
  const WIDE = 600;
  const HIGH = 200;
  const NEAR = 2; // units: nearer points say nothing new
  const MOST = 3500; // points
  let drawn = null; // the pad, its strokes and the pointer that draws

  function pad() {
    const canvas = document.querySelector(".sheet-sign canvas");
    if (!canvas) return null;
    if (!drawn || drawn.canvas !== canvas) drawn = { canvas, strokes: [], pointer: null };
    return drawn;
  }

  function point(canvas, event) {
    const box = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * WIDE);
    const y = Math.round(((event.clientY - box.top) / box.height) * HIGH);
    return [Math.min(WIDE, Math.max(0, x)), Math.min(HIGH, Math.max(0, y))];
  }

  function line(canvas, from, to) {
    const pen = canvas.getContext("2d");
    const scale = canvas.width / WIDE;
    pen.lineWidth = 4 * scale;
    pen.lineCap = "round";
    pen.strokeStyle = "#12211a";
    pen.beginPath();
    pen.moveTo(from[0] * scale, from[1] * scale);
    pen.lineTo(to[0] * scale, to[1] * scale);
    pen.stroke();
  }

  function ready(now) {
    const form = now.canvas.closest("form");
    form.querySelector("[name=value]").value = JSON.stringify(now.strokes);
    form.querySelector("button[type=submit]").disabled = now.strokes.length === 0;
  }

  document.addEventListener("pointerdown", (event) => {
    const now = pad();
    if (!now || event.target !== now.canvas || now.pointer !== null) return;
    event.preventDefault();
    now.canvas.setPointerCapture(event.pointerId);
    now.pointer = event.pointerId;
    const begin = point(now.canvas, event);
    now.strokes.push([begin]);
    line(now.canvas, begin, begin);
  });

  document.addEventListener("pointermove", (event) => {
    const now = drawn;
    if (!now || now.pointer !== event.pointerId || now.strokes.flat().length >= MOST) return;
    const stroke = now.strokes[now.strokes.length - 1];
    const before = stroke[stroke.length - 1];
    const next = point(now.canvas, event);
    if (Math.hypot(next[0] - before[0], next[1] - before[1]) < NEAR) return;
    stroke.push(next);
    line(now.canvas, before, next);
  });

  function lifted(event) {
    if (!drawn || drawn.pointer !== event.pointerId) return;
    drawn.pointer = null;
    ready(drawn);
  }

  document.addEventListener("pointerup", lifted);
  document.addEventListener("pointercancel", lifted);

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-sign=again]")) return;
    const now = pad();
    now.strokes = [];
    now.canvas.getContext("2d").clearRect(0, 0, now.canvas.width, now.canvas.height);
    ready(now);
  });
})();
