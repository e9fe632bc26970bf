// What the gate asks of a page that stands in the browser. Each function gives a list of faults,
// as text; none is nothing to say. The page is looked at as it is, and left as it was.
window.gate = (() => {
  const name = (element) => {
    const id = element.id ? "#" + element.id : "";
    const words = (element.innerText || element.value || element.getAttribute("aria-label") || "").trim();
    return element.tagName.toLowerCase() + id + ` "${words.replace(/\s+/g, " ").slice(0, 40)}"`;
  };
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);

  // Text that is hidden from the eye alone (one pixel, clipped, or moved off the screen).
  const forEarsOnly = (element) => {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const box = one.getBoundingClientRect();
      const style = getComputedStyle(one);
      if (style.clipPath.startsWith("inset(50%") || style.clip.startsWith("rect(0px, 0px, 0px")) return true;
      if (box.width <= 1 || box.height <= 1 || box.right <= 0 || box.bottom + scrollY <= 0) return true;
    }
    return false;
  };

  const structure = ({ language, direction, service }) => {
    const faults = [];
    const root = document.documentElement;
    if (root.lang !== language) faults.push(`lang is "${root.lang}", not "${language}"`);
    if ((root.dir || "ltr") !== direction) faults.push(`dir is "${root.dir}", not "${direction}"`);
    const tops = document.querySelectorAll("h1");
    if (tops.length !== 1) faults.push(`${tops.length} h1`);
    let before = 0;
    for (const heading of all("h1,h2,h3,h4,h5,h6")) {
      const level = Number(heading.tagName[1]);
      if (level > before + 1) faults.push(`${name(heading)} follows a heading of level ${before}`);
      before = level;
    }
    if (!document.title.endsWith(service)) faults.push(`title "${document.title}" lacks "${service}"`);
    if (document.title.trim() === service) faults.push("title does not say which page it is");
    return faults;
  };

  // WCAG 2.5.8 leaves out links in a sentence. A control in a label is as big as its label.
  const inText = (link) => {
    if (getComputedStyle(link).display !== "inline") return false;
    const around = link.closest("p, li, dd, td, label") || link.parentElement;
    return around.innerText.trim().length > link.innerText.trim().length + 1;
  };
  // A link may take more room than its words: what lies half a target away on each side is it too.
  const reaches = (one, least) => {
    one.scrollIntoView({ block: "center", behavior: "instant" });
    const box = one.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const [across, down] = [Math.max(box.width, least) / 2 - 1, Math.max(box.height, least) / 2 - 1];
    return [[x - across, y], [x + across, y], [x, y - down], [x, y + down]].every(([left, top]) => {
      const hit = document.elementFromPoint(left, top);
      return hit && (hit === one || one.contains(hit));
    });
  };
  const targets = (least) => {
    const faults = [];
    for (const one of all("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
      if (one.tagName === "A" && inText(one)) continue;
      if (one.disabled) continue;
      const label = ["checkbox", "radio"].includes(one.type) ? one.labels[0] : null;
      const box = (label || one).getBoundingClientRect();
      if (!label && forEarsOnly(one)) continue;
      if ((Math.round(box.width) < least || Math.round(box.height) < least) && !reaches(label || one, least))
        faults.push(`${name(label || one)} is ${Math.round(box.width)} x ${Math.round(box.height)} px`);
    }
    return faults;
  };

  const sideways = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = all("body *").filter((one) => {
      const box = one.getBoundingClientRect();
      return (box.right > width + 1 || box.left < -1) && !forEarsOnly(one);
    });
    return [`${document.documentElement.scrollWidth} px wide in ${width}: ` +
      wide.slice(-3).map(name).join("; ")];
  };

  const cut = () => {
    const faults = [];
    for (const one of all("body *")) {
      const style = getComputedStyle(one);
      if (forEarsOnly(one) || one.closest("svg, .leaflet-container") || one.tagName === "TEXTAREA") continue;
      if (!one.innerText || !one.innerText.trim()) continue;
      const across = ["hidden", "clip"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
      const down = ["hidden", "clip"].includes(style.overflowY) && one.scrollHeight > one.clientHeight + 1;
      if (across || down) faults.push(`${name(one)} is cut`);
    }
    return faults;
  };

  const sheet = new CSSStyleSheet();
  const spaced = (on) => {
    sheet.replaceSync(on ? `* { line-height: 1.5 !important; letter-spacing: .12em !important;
      word-spacing: .16em !important } p { margin-block-end: 2em !important }` : "");
    if (!document.adoptedStyleSheets.includes(sheet))
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };
  const enlarged = (on) => {
    const before = parseFloat(getComputedStyle(document.querySelector("main") || document.body).fontSize);
    document.documentElement.style.fontSize = on ? "200%" : "";
    const after = parseFloat(getComputedStyle(document.querySelector("main") || document.body).fontSize);
    return on && after < before * 1.9 ? [`text of ${before} px becomes ${after} px, not double`] : [];
  };

  // Colours as numbers; what is not one is taken to be see-through.
  const colour = (text) => {
    const numbers = (text.match(/[\d.]+/g) || []).map(Number);
    return numbers.length < 3 ? [0, 0, 0, 0] : [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const found = colour(getComputedStyle(one).backgroundColor);
      if (found[3] > 0.5) return found;
    }
    return [255, 255, 255, 1];
  };

  const stops = new Map();
  // The element that has the focus now: null where it is the page itself.
  const focus = () => {
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return null;
    const marked = one.matches("input") && one.labels && one.labels[0] && forEarsOnly(one) ? one.labels[0] : one;
    const faults = [];
    let seen = false;
    for (const element of [one, marked, marked.firstElementChild, one.nextElementSibling]) {
      if (!element) continue;
      const style = getComputedStyle(element);
      const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      const best = Math.max(
        outline ? contrast(colour(style.outlineColor), behind(element.parentElement)) : 0,
        style.boxShadow !== "none" ? contrast(colour(style.boxShadow), behind(element.parentElement)) : 0,
      );
      if (best >= 3) seen = true;
    }
    const box = marked.getBoundingClientRect();
    if (!seen) faults.push(`${name(marked)} shows no focus mark of 3:1`);
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
      faults.push(`${name(marked)} has the focus outside the screen`);
    if (!stops.has(one)) stops.set(one, String(stops.size));
    return { key: stops.get(one), faults };
  };

  const print = () => {
    const faults = [];
    for (const one of all("nav, .switches, .no-print")) faults.push(`${name(one)} is printed`);
    for (const one of [document.documentElement, document.body]) {
      const back = colour(getComputedStyle(one).backgroundColor);
      if (back[3] > 0 && light(back) < 0.99) faults.push(`${one.tagName} is printed on a colour`);
    }
    const main = document.querySelector("main") || document.body;
    for (const one of [main, ...main.querySelectorAll("h1, h2, h3, p, li, dd, dt")].filter(shown))
      if (contrast(colour(getComputedStyle(one).color), [255, 255, 255]) < 7)
        faults.push(`${name(one)} is printed pale`);
    for (const one of all(".row, .suggestion"))
      if (!getComputedStyle(one).breakInside.startsWith("avoid")) faults.push(`${name(one)} may be split over pages`);
    return faults;
  };

  const motion = () => {
    const seconds = (text) => Math.max(...text.split(",").map((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 0.001 : 1)));
    const faults = [];
    for (const one of [document.documentElement, ...document.querySelectorAll("body, body *")])
      for (const part of ["", "::before", "::after"]) {
        const style = getComputedStyle(one, part || null);
        const moves = style.animationName !== "none" && seconds(style.animationDuration) > 0.01;
        if (moves || seconds(style.transitionDuration) > 0.01) faults.push(`${name(one)}${part} moves`);
        if (style.scrollBehavior === "smooth" && !part) faults.push(`${name(one)} scrolls smoothly`);
      }
    return faults;
  };

  // With forced colours a browser takes backgrounds and shadows away: borders must draw the parts.
  const borders = () =>
    all("button, .button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea, .row")
      .filter((one) => !forEarsOnly(one) && !one.closest(".link") && !one.matches(".link"))
      .filter((one) => {
        const style = getComputedStyle(one);
        const sides = ["Top", "Right", "Bottom", "Left"];
        return !sides.some((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
      })
      .map((one) => `${name(one)} has no border in forced colours`);

  // Text whose language is said to be one and whose letters are of another.
  const language = ({ foreign, names }) => {
    const letters = new RegExp(foreign, "u");
    const known = names ? new RegExp(names, "gu") : null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faults = new Set();
    while (walker.nextNode()) {
      const around = walker.currentNode.parentElement;
      if (around.closest("script, style, textarea, option")) continue;
      if (around.closest("[lang]").lang !== document.documentElement.lang || around.closest("bdi:not([lang])")) continue;
      const words = known ? walker.currentNode.data.replace(known, "") : walker.currentNode.data;
      if (letters.test(words)) faults.add(`"${walker.currentNode.data.trim().slice(0, 60)}" is not marked as another language`);
    }
    for (const one of document.querySelectorAll("[aria-label], [alt], [title], [placeholder]")) {
      if (one.closest("[lang]").lang !== document.documentElement.lang) continue;
      for (const part of ["aria-label", "alt", "title", "placeholder"]) {
        const words = (one.getAttribute(part) || "").replace(/[\u2066\u2068][^\u2069]*\u2069/g, "");
        if (letters.test(known ? words.replace(known, "") : words)) faults.add(`${part} "${words.slice(0, 60)}" is in another language`);
        if (/<bdi/.test(words)) faults.add(`${part} holds an element as text`);
      }
    }
    if (/<bdi/.test(document.title)) faults.add("the title holds an element as text");
    return [...faults];
  };

  // Sentences of our own: not names, not sources with their dates, not a club's own text.
  const sentences = () =>
    [...(document.querySelector("main") || document.body).querySelectorAll("p, li, legend, label, summary, dd")]
      .filter((one) => shown(one) && !one.closest(".own, .by, .source, .foot") && !one.querySelector("p, li"))
      .map((one) => one.innerText.replace(/\s+/g, " ").trim())
      .filter((text) => /[.?!]$/.test(text) && text.split(" ").length > 3);

  const open = () => document.querySelectorAll("details").forEach((one) => { one.open = true; });

  // Visible controls with two states, each as the element whose picture shows the state.
  const switches = (most) => {
    const found = [];
    for (const type of ["checkbox", "radio"])
      found.push(...[...document.querySelectorAll(`input[type=${type}]`)]
        .filter((one) => one.labels[0] && shown(one.labels[0]) && !one.disabled).slice(0, most));
    return found.map((one, place) => {
      one.dataset.gateSwitch = String(place);
      return { place, name: name(one.labels[0]), radio: one.type === "radio" };
    });
  };

  return { structure, targets, sideways, cut, spaced, enlarged, focus, print, motion, borders, language, sentences, open, switches };
})();
