// The map of a list, drawn by Leaflet over our own outline of the municipalities.
// Loaded when somebody asks for it. The list holds everything that the map shows.
"use strict";

window.drawMap = function drawMap(panel, note, { places, total, shown, nowhere, home }, outline, words) {
  const L = window.L;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(panel, { maxZoom: 17, zoomControl: false, zoomAnimation: !still, fadeAnimation: !still });
  L.control.zoom({ zoomInTitle: words.in, zoomOutTitle: words.out }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution(marked(words.lines));
  if (words.tiles) L.tileLayer(words.tiles, { maxZoom: 19, attribution: escaped(words.credit) }).addTo(map);
  const lines = L.geoJSON(outline, {
    interactive: false,
    style: { className: "outline", weight: 1, fillOpacity: words.tiles ? 0 : 1 },
  }).addTo(map);
  const entitled = (marker, name) =>
    marker.on("add", () => {
      marker.getElement()?.setAttribute("role", marker.options.keyboard ? "button" : "img");
      marker.getElement()?.setAttribute("aria-label", name);
    });
  const clusters = L.markerClusterGroup({
    maxClusterRadius: 44,
    showCoverageOnHover: false,
    spiderfyOnMaxZoom: false,
    animate: !still,
    iconCreateFunction: (cluster) => circle(
      cluster.getAllChildMarkers().reduce((sum, one) => sum + one.options.count, 0), "place", 44),
  });
  const nameClusters = () => {
    for (const one of panel.querySelectorAll(".leaflet-marker-icon.place:not([aria-label])")) {
      one.setAttribute("aria-label", words.cluster.replace(":count:", one.textContent));
    }
  };
  clusters.on("animationend", nameClusters);
  for (const { lat, lon, about, offers } of places) {
    const count = offers.length > 1 ? `${offers.length}: ` : ""; // what stands on it, first
    const name = count + offers.map(([title]) => named(title)).join(", ") + (about ? `. ${words.about}` : "");
    const marker = L.marker([lat, lon], {
      count: offers.length,
      title: name,
      icon: circle(offers.length > 1 ? offers.length : "", about ? "place about" : "place", 44),
    });
    clusters.addLayer(entitled(marker, name));
    marker.bindPopup(() => popup(offers, about ? words.about : ""));
  }
  map.addLayer(clusters);
  if (home) entitled(L.marker(home, { icon: circle("", "place you", 24), keyboard: false }), words.you).addTo(map);
  const points = places.map(({ lat, lon }) => [lat, lon]);
  if (home) points.push(home);
  map.fitBounds(points.length ? L.latLngBounds(points).pad(0.1) : lines.getBounds(), { maxZoom: 13 });
  map.on("moveend", nameClusters);
  nameClusters();
  map.on("click", ({ latlng }) => {
    const here = Object.assign(document.createElement("button"), { className: "button small", textContent: words.here });
    here.type = "button";
    here.addEventListener("click", () => search(latlng.lat, latlng.lng));
    L.popup().setLatLng(latlng).setContent(here).openOn(map);
  });
  const notes = [];
  if (shown < total) notes.push(words.partial.replace(":shown:", shown).replace(":count:", total));
  if (nowhere) notes.push(words.nowhere.replace(":count:", nowhere));
  note.textContent = notes.join(" ");
  note.hidden = !notes.length;
};

function circle(text, classes, size) {
  return window.L.divIcon({ html: String(text), className: classes, iconSize: [size, size] });
}

function popup(offers, about) {
  const part = document.createElement("div");
  for (const [title, address] of offers) {
    part.append(Object.assign(document.createElement("a"), { textContent: title, lang: "da", href: address }));
  }
  if (about) part.append(Object.assign(document.createElement("p"), { textContent: about }));
  return part;
}

// A Danish name where no element can stand: in a label, on a page in another language.
function named(title) {
  return document.documentElement.lang === "da" ? title : `\u2066${title}\u2069`;
}

// The same mark in a text becomes an element.
function marked(text) {
  return escaped(text).replace(/\u2066(.*?)\u2069/g, '<bdi lang="da" dir="ltr">$1</bdi>');
}

function escaped(text) {
  return Object.assign(document.createElement("span"), { textContent: text }).innerHTML;
}
