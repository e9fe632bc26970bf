// "Læs op": the page's main part in a Danish voice of the device's own. Where there is none the
// button stays hidden; a voice from a server would send away what is read.
"use strict";
{
  const box = document.querySelector("[data-aloud]");
  const speech = window.speechSynthesis;
  const skipped = "button, input, textarea, svg, dialog, details:not([open]), [hidden], .no-print";
  const voice = () =>
    speech.getVoices().find((one) => one.localService && /^da\b/i.test(one.lang));
  const sentences = (root) => {
    const found = [];
    for (const one of root.querySelectorAll("h1, h2, h3, legend, label, p, li, dt, dd")) {
      if (one.closest(skipped) || one.querySelector("h1, h2, h3, p, li, label")) continue;
      const text = one.textContent.replace(/\s+/g, " ").trim();
      if (text) found.push(text);
    }
    return found;
  };
  if (box && speech) {
    const button = box.querySelector("button");
    const word = button.querySelector("span");
    const read = word.textContent;
    const quiet = () => {
      word.textContent = read;
      button.setAttribute("aria-pressed", "false");
    };
    const show = () => {
      box.hidden = !voice();
    };
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") {
        speech.cancel();
        quiet();
        return;
      }
      speech.cancel();
      const parts = sentences(document.querySelector("main"));
      parts.forEach((text, place) => {
        const said = new SpeechSynthesisUtterance(text);
        said.voice = voice();
        said.lang = said.voice.lang;
        said.rate = 0.9;
        if (place === parts.length - 1) said.onend = quiet;
        speech.speak(said);
      });
      button.setAttribute("aria-pressed", "true");
      word.textContent = button.dataset.stop;
    });
    speech.addEventListener("voiceschanged", show);
    window.addEventListener("pagehide", () => speech.cancel());
    show();
  }
}
