// The map's layers: each is made once and then only told what to show.

import { el, number } from "./words.js";
import { surfaceLayerClass } from "./surface.js";

const LABEL_MIN_ZOOM = 12.5;
const STATION_ZOOMS = { mark: 0, name: 13.75 };
const PLACE_ZOOMS = { mark: 13.5, name: 14.5 };

function label(lines, kind) {
  const inner = el("span", { class: kind });
  lines.forEach((line, i) => inner.append(...(i ? [el("br"), line] : [line])));
  return inner;
}

function textMarker(L, at, lines, kind, pane) {
  const html = label(lines, kind);
  const icon = L.divIcon({ html, className: "label", iconSize: [0, 0] });
  return L.marker(at, { icon, pane, interactive: false, keyboard: false });
}

function inTwoLines(name) {
  const words = name.split(" ");
  if (words.length < 2 || name.length < 12) return [name];
  const half = name.length / 2;
  let best = 1;
  let length = 0;
  let gap = Infinity;
  words.forEach((word, i) => {
    length += word.length + 1;
    if (i < words.length - 1 && Math.abs(length - half) < gap) {
      gap = Math.abs(length - half);
      best = i + 1;
    }
  });
  return [words.slice(0, best).join(" "), words.slice(best).join(" ")];
}

const ASIDE = [[0, 0], [0, -15], [0, 15], [-26, 0], [26, 0], [0, -28], [0, 28], [-30, -18], [-30, 18]];

function clashes(box, taken) {
  return taken.some(
    (t) => box.left < t.right && t.left < box.right && box.top < t.bottom && t.top < box.bottom,
  );
}

// Moves ward names that would cover a badge or another name a little aside; names without room are
// left out. Those given first have the first choice.
export function makeRoom(badges, wardNames, placeNames) {
  const taken = badges.map((badge) => badge.getBoundingClientRect());
  for (const node of wardNames) {
    const free = ASIDE.find(([x, y]) => {
      node.style.margin = `${y}px 0 0 ${x}px`;
      return !clashes(node.getBoundingClientRect(), taken);
    });
    node.style.visibility = free ? "visible" : "hidden";
    if (free) taken.push(node.getBoundingClientRect());
  }
  for (const node of placeNames) {
    const box = node.getBoundingClientRect();
    const room = !clashes(box, taken);
    node.style.visibility = room ? "visible" : "hidden";
    if (room) taken.push(box);
  }
}

export function panes(map) {
  const order = { wards: 400, surface: 410, outlines: 420, places: 430, names: 440, hotspots: 450, badges: 460 };
  for (const [name, z] of Object.entries(order)) {
    const pane = map.createPane(name);
    pane.style.zIndex = z;
    if (["names", "outlines", "surface"].includes(name)) pane.style.pointerEvents = "none";
  }
}

export class Wards {
  constructor(L, map, data) {
    this.shapes = data.wards.map((ward) =>
      L.polygon(ward.rings, { pane: "wards", className: "ward", weight: 1, fillOpacity: 0.9 })
        .bindTooltip("", { sticky: true, className: "tip", direction: "top" })
        .addTo(map),
    );
    L.polyline(data.borough, { pane: "outlines", className: "borough", interactive: false }).addTo(map);
    this.names = data.wards.map((ward) =>
      textMarker(L, ward.label, inTwoLines(ward.name), "ward-name", "names"),
    );
    this.map = map;
    this.data = data;
  }

  show(view, frame, filled) {
    const values = view.values[frame];
    this.shapes.forEach((shape, i) => {
      shape.setStyle({ fillColor: filled ? colourOf(view.scale, values[i]) : "transparent" });
      shape.getElement()?.classList.toggle("unfilled", !filled);
      shape.setTooltipContent(() => this.tip(view, frame, i));
    });
  }

  tip(view, frame, i) {
    const { measure, wards } = this.data;
    const value = view.values[frame][i];
    return el(
      "div", {},
      el("strong", {}, wards[i].name),
      el("div", {}, `${number(value, measure.decimals)} ${measure.unit}`),
      el("div", { class: "muted" }, view.frames[frame]),
    );
  }

  relabel() {
    const shown = this.map.getZoom() >= LABEL_MIN_ZOOM || this.map.getSize().x > 420;
    this.names.forEach((marker) => (shown ? marker.addTo(this.map) : marker.remove()));
  }

  // The highest first: their names matter most.
  shownNames(values) {
    const order = this.names.map((_, i) => i).sort((a, b) => (values[b] ?? -1) - (values[a] ?? -1));
    return order.map((i) => this.names[i].getElement()?.firstChild).filter(Boolean);
  }
}

export function colourOf(scale, value) {
  if (value === null || value === undefined) return "url(#none)";
  const found = scale.classes.find((c) => value <= c.upto);
  return (found ?? scale.classes[scale.classes.length - 1]).colour;
}

export class Surface {
  constructor(L, map, data) {
    const Layer = surfaceLayerClass(L);
    this.map = map;
    this.layer = new Layer(data.bounds, data.borough, { pane: "surface", interactive: false });
  }

  show(view, frame, visible) {
    const surface = view.surface;
    if (!visible || !surface) {
      this.layer.remove();
      return Promise.resolve();
    }
    this.layer.addTo(this.map);
    return this.layer.show(surface.frames[frame], surface.classes, surface.bounds);
  }
}

export class Hotspots {
  constructor(L, map) {
    this.L = L;
    this.map = map;
    this.group = L.layerGroup().addTo(map);
    this.byRank = new Map();
  }

  show(spots, visible, onChoose) {
    this.group.clearLayers();
    this.byRank.clear();
    if (!visible) return;
    for (const spot of spots) this.add(spot, onChoose);
  }

  add(spot, onChoose) {
    const { L } = this;
    const common = { pane: "hotspots", fillOpacity: 0, interactive: true };
    const halo = L.polygon(spot.rings, { ...common, className: "hotspot-halo", interactive: false });
    const line = L.polygon(spot.rings, { ...common, className: "hotspot" });
    const badge = L.divIcon({
      html: el("span", { class: "badge" }, String(spot.rank)), className: "label", iconSize: [0, 0],
    });
    const corner = line.getBounds().getNorthEast(); // beside the outline, not over it
    const marker = L.marker(corner, { icon: badge, pane: "badges", keyboard: false });
    const tip = () => el(
      "div", {}, el("strong", {}, `${spot.rank}. ${spot.name}`), el("div", {}, spot.facts),
    );
    for (const layer of [line, marker]) {
      layer.bindTooltip(tip, { sticky: layer === line, className: "tip", direction: "top" });
      layer.on("click", () => onChoose(spot.rank, false));
    }
    this.group.addLayer(halo).addLayer(line).addLayer(marker);
    this.byRank.set(spot.rank, { line, marker });
  }

  highlight(rank) {
    for (const [r, { line, marker }] of this.byRank) {
      line.getElement()?.classList.toggle("chosen", r === rank);
      marker.getElement()?.classList.toggle("chosen", r === rank);
    }
  }

  badges() {
    return [...this.byRank.values()].map(({ marker }) => marker.getElement().firstChild);
  }

  boundsOf(rank) {
    return this.byRank.get(rank)?.line.getBounds();
  }
}

export class Places {
  constructor(L, map, data) {
    this.map = map;
    this.places = data.places.map((place) => ({
      mark: L.circleMarker(place.at, {
        pane: "places", radius: 3.2, weight: 1.4, className: place.station ? "station" : "place",
      }).bindTooltip(() => el("div", {}, el("strong", {}, place.name), el("div", {}, place.kind)), {
        className: "tip", direction: "top",
      }),
      text: textMarker(L, place.at, [place.name], "place-name", "names"),
      from: place.station ? STATION_ZOOMS : PLACE_ZOOMS,
    }));
  }

  show(visible) {
    this.visible = visible;
    this.relabel();
  }

  // Stations show from far away; the rest, and names, only where there is room for them.
  relabel() {
    const zoom = this.map.getZoom();
    const toggle = (layer, wanted) => (wanted ? layer.addTo(this.map) : layer.remove());
    for (const { mark, text, from } of this.places) {
      toggle(mark, this.visible && zoom >= from.mark);
      toggle(text, this.visible && zoom >= from.name);
    }
  }

  shownNames() {
    return this.places.map(({ text }) => text.getElement()?.firstChild).filter(Boolean);
  }
}
