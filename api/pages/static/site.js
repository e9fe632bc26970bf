// What a script may add to pages that work without one. It stores nothing on the device.
"use strict";

// htmx, which is loaded after this, would keep the page's address: nothing is to be kept.
Object.defineProperty(window, "sessionStorage", {
  get() {
    throw new DOMException("nothing is stored", "SecurityError");
  },
});

const status = document.getElementById("status");

function say(words, silent = false) {
  status.className = silent ? "status silent" : "status";
  status.replaceChildren(Object.assign(document.createElement("p"), { textContent: words }));
}

function enliven(root) {
  for (const one of root.querySelectorAll("[data-needs-script]")) one.hidden = false;
}

// Where a form was sent with mistakes, what is wrong is read first.
document.querySelector("[data-focus]")?.focus();
enliven(document);
document.addEventListener("fritidsguide:shown", () => enliven(document));

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-print], [data-position], [data-map] > button");
  if (!pressed) return;
  if (pressed.matches("[data-print]")) window.print();
  else if (pressed.matches("[data-position]")) find(pressed);
  else toggleMap(pressed.parentElement);
});

// --- the place of whoever looks: rounded to about a kilometre before it goes anywhere --------

function find(button) {
  const failed = () => say(button.dataset.failed);
  if (!navigator.geolocation) return failed();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => search(coords.latitude, coords.longitude),
    failed,
    { maximumAge: 600000, timeout: 10000 },
  );
}

function search(latitude, longitude) {
  const near = document.getElementById("near");
  near.value = `${latitude.toFixed(2)},${longitude.toFixed(2)}`;
  near.form.requestSubmit();
}

// --- the plain list without a network, only for who asks for it -------------------------------

const offline = document.querySelector("[data-offline]");
if (offline && "serviceWorker" in navigator && "caches" in window) {
  offline.hidden = false;
  offline.addEventListener("click", async (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    if (pressed.matches("[data-keep]")) {
      await navigator.serviceWorker.register("/worker.js");
      await navigator.serviceWorker.ready;
    } else {
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
    }
    say(pressed.dataset.done);
    status.scrollIntoView({ block: "nearest" });
  });
}
if (!navigator.onLine) say(status.dataset.noNet);

// --- places that somebody may mean, while they type ------------------------------------------

for (const field of document.querySelectorAll("[data-places]")) {
  const list = Object.assign(document.createElement("datalist"), { id: `${field.id}-steder` });
  field.after(list);
  field.setAttribute("list", list.id);
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    const typed = field.value.trim();
    if (typed.length < 2) return;
    waiting = setTimeout(async () => {
      const answer = await fetch(`${field.dataset.places}?q=${encodeURIComponent(typed)}`);
      if (!answer.ok) return;
      const { places } = await answer.json();
      list.replaceChildren(
        ...places.map(({ label }) => Object.assign(document.createElement("option"), { value: label })),
      );
    }, 150);
  });
}

// --- the list, fetched alone when a choice changes -------------------------------------------

document.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const name of [...new Set(detail.formData.keys())]) {
    const values = detail.formData.getAll(name).filter((value) => value !== "");
    detail.formData.delete(name);
    for (const value of values) detail.formData.append(name, value);
  }
});

document.addEventListener("htmx:beforeRequest", () => {
  document.getElementById("tilbud")?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const fresh = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  for (const count of document.querySelectorAll(".count[id]")) {
    const other = fresh.getElementById(count.id);
    if (other) count.textContent = other.textContent;
  }
  // A whole page came where the field of the place needs its mistake beside it.
  if (fresh.querySelector("form.browse .error")) {
    detail.shouldSwap = false;
    location.assign(detail.pathInfo.finalRequestPath);
    return;
  }
  const summary = document.querySelector(".filters > summary > span");
  const other = fresh.querySelector(".filters > summary > span");
  if (summary && other) summary.textContent = other.textContent;
  say(fresh.getElementById("antal")?.textContent ?? "", true);
});

document.addEventListener("htmx:afterSwap", () => {
  enliven(document);
  if (mapIsOpen) toggleMap(document.querySelector("[data-map]"));
});

document.addEventListener("htmx:responseError", ({ detail }) => {
  location.assign(detail.pathInfo.finalRequestPath);
});

// --- the map, fetched when somebody asks for it ----------------------------------------------

let mapIsOpen = false;
const loaded = new Map();

function load(address, kind) {
  if (!loaded.has(address)) {
    loaded.set(
      address,
      new Promise((resolve, reject) => {
        const element = document.createElement(kind);
        if (kind === "link") Object.assign(element, { rel: "stylesheet", href: address });
        else element.src = address;
        element.onload = resolve;
        element.onerror = reject;
        document.head.append(element);
      }),
    );
  }
  return loaded.get(address);
}

async function toggleMap(part) {
  if (!part) return;
  const button = part.querySelector("button");
  const words = button.querySelector("span");
  const panel = part.querySelector("#kort");
  const opens = panel.hidden;
  mapIsOpen = opens;
  panel.hidden = !opens;
  button.setAttribute("aria-expanded", String(opens));
  words.textContent = opens ? words.dataset.open : words.dataset.closed;
  if (!opens || panel.childElementCount) return;
  const data = part.dataset;
  try {
    await Promise.all(data.styles.split(" ").map((address) => load(address, "link")));
    for (const address of data.scripts.split(" ")) await load(address, "script");
    const [places, outline] = await Promise.all(
      [data.map, data.outline].map(async (address) => (await fetch(address)).json()),
    );
    window.drawMap(panel, part.querySelector("[data-map-note]"), places, outline, data);
  } catch {
    panel.hidden = true;
    say(data.failed);
  }
}
