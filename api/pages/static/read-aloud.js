// "Læs op": the page's main part in a voice of the device's own. Where there is none for the
// language of the page the button stays hidden; a voice from a server would send away what is read.
"use strict";
{
  const speech = window.speechSynthesis;
  const parts = "h1, h2, h3, legend, label, p, li, dt, dd";
  const passed = ".switches, .filters, .map, .aloud, .buttons, [aria-hidden=true]";
  const voice = (language) =>
    speech.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(language));
  const language = () => document.documentElement.lang;
  const sentences = () =>
    [...document.querySelectorAll(`main :is(${parts})`)]
      .filter((one) => one.checkVisibility() && !one.closest(passed))
      .filter((one) => !one.querySelector(`${parts}, button, .button`))
      .map((one) => one.textContent.replace(/\s+/g, " ").trim())
      .filter((text) => text);

  function quiet() {
    speech.cancel();
    for (const button of document.querySelectorAll("[data-aloud][aria-pressed=true]")) {
      button.querySelector("span").textContent = button.dataset.read;
      button.setAttribute("aria-pressed", "false");
    }
  }

  function read(button) {
    const word = button.querySelector("span");
    button.dataset.read = word.textContent;
    const texts = sentences();
    texts.forEach((text, place) => {
      const said = new SpeechSynthesisUtterance(text);
      said.voice = voice(language());
      said.lang = said.voice.lang;
      said.rate = 0.9;
      if (place === texts.length - 1) said.onend = quiet;
      speech.speak(said);
    });
    button.setAttribute("aria-pressed", "true");
    word.textContent = button.dataset.stop;
  }

  function offer() {
    for (const button of document.querySelectorAll("[data-aloud]")) button.hidden = !voice(language());
  }

  if (speech) {
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-aloud]");
      if (!button) return;
      const reads = button.getAttribute("aria-pressed") === "true";
      quiet();
      if (!reads) read(button);
    });
    speech.addEventListener?.("voiceschanged", offer);
    document.addEventListener("fritidsguide:shown", () => {
      quiet();
      offer();
    });
    window.addEventListener("pagehide", quiet);
    offer();
  }
}
