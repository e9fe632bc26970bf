// "Find noget til mig" without leaving the page, so that the browser's own back button shows an
// earlier question with every answer, also those given after it. The answers lie in the page and
// in the history of its tab, where a browser keeps what a form has sent in any case.
"use strict";
{
  const ADDRESS = "/find";
  const PARTS = ["body > header", "main", ".help", ".foot"];
  let natively = false;
  let busy = false;

  const held = () => document.querySelector("#find, #answers");
  const pairs = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const place = (form) => {
    const { pathname, search } = new URL(form.action);
    return pathname + search;
  };
  // What an entry of the history needs to be shown again. go: which of the suggestions.
  const entry = (go = "stay") => ({ address: place(held()), go, answers: pairs(held()) });

  function show(text, focus) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const part of PARTS) {
      const other = fresh.querySelector(part);
      if (other) document.querySelector(part)?.replaceWith(document.adoptNode(other));
    }
    document.title = fresh.title;
    const { lang, dir, className } = fresh.documentElement;
    Object.assign(document.documentElement, { lang, dir, className });
    document.dispatchEvent(new Event("fritidsguide:shown"));
    if (!focus) return;
    const first = document.querySelector("main [data-focus], main [autofocus]") ?? document.querySelector("main h1");
    if (first?.matches("h1")) first.tabIndex = -1;
    first?.focus({ preventScroll: true });
    if (first?.matches("[data-focus]")) first.scrollIntoView({ block: "nearest" });
    else window.scrollTo(0, 0);
  }

  async function ask(address, answers, focus = true) {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(answers), cache: "no-store" });
    show(await answer.text(), focus);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    const action = new URL(button?.hasAttribute("formaction") ? button.formAction : form.action);
    if (natively || action.pathname !== ADDRESS || form.method !== "post" || !held()) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    const sent = pairs(form);
    if (button?.name) sent.push([button.name, button.value]);
    try {
      await ask(action, sent);
      const shows = button?.value.startsWith("show:") ? button.value : "stay";
      if (held()) history.pushState(entry(shows), "", action);
    } catch {
      natively = true; // no network: the browser says so itself
      form.requestSubmit(button);
    }
    busy = false;
  });

  // Back and forward: the answers as they are now, at the question of that time.
  const again = (state, answers, focus) => {
    const step = state.answers.filter(([name]) => name === "step");
    const others = answers.filter(([name]) => name !== "step" && name !== "go");
    return ask(state.address, [...others, ...step, ["go", state.go]], focus);
  };
  window.addEventListener("popstate", async ({ state }) => {
    if (!state?.answers || !held()) return;
    try {
      await again(state, pairs(held()), true);
      history.replaceState(entry(state.go), ""); // with what was answered later
    } catch {
      location.reload();
    }
  });

  // Where one comes back from another page, or loads this one again.
  if (history.state?.answers) again(history.state, history.state.answers, false).catch(() => {});
  else if (held()) history.replaceState(entry(), "");
}
