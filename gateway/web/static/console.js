"use strict";
// Everything works without this file; it saves key strokes.
(() => {
  const KEYS = "korpu.console.keys";
  document.documentElement.classList.add("scripted");

  const remember = (value) => { try { localStorage.setItem(KEYS, value); } catch { /* private windows may refuse */ } };
  const recall = () => { try { return localStorage.getItem(KEYS); } catch { return null; } };
  let keysOn = recall() !== "off";

  const question = document.querySelector("[data-question]");
  if (question) {
    question.addEventListener("keydown", (event) => {
      // While an input method composes a letter, Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (question.value.trim()) question.form.requestSubmit();
    });
  }
  for (const form of document.querySelectorAll("form[data-ask]")) {
    form.addEventListener("submit", () => form.classList.add("sending"));
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const said = button.parentElement.querySelector("[role=status]");
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
      said.textContent = button.dataset.done;
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
  for (const box of document.querySelectorAll("[data-keys-switch]")) {
    box.checked = keysOn;
    box.addEventListener("change", () => { keysOn = box.checked; remember(keysOn ? "on" : "off"); });
  }
  document.addEventListener("keydown", (event) => {
    if (!keysOn || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    if (event.key === "/" && question) {
      event.preventDefault();
      question.focus();
      return;
    }
    const target = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === event.key);
    if (target) {
      event.preventDefault();
      target.click();
    }
  });
})();
