// The map's layers: each is made once and then only told what to show.

import { classOf, figure, noteOf, ranking, withUnit, withheldAt } from "./figures.js";
import { inTwoLines, textMarker } from "./labels.js";
import { surfaceLayerClass } from "./surface.js";
import { el } from "./words.js";

const LABEL_MIN_ZOOM = 12.5;
const STATION_ZOOMS = { mark: 0, name: 13.75 };
const PLACE_ZOOMS = { mark: 13.5, name: 14.5 };

export function panes(map) {
  const order = { wards: 400, surface: 410, outlines: 420, places: 430, names: 440, hotspots: 450, badges: 460 };
  for (const [name, z] of Object.entries(order)) {
    const pane = map.createPane(name);
    pane.style.zIndex = z;
    if (["names", "outlines", "surface"].includes(name)) pane.style.pointerEvents = "none";
  }
}

export class Wards {
  constructor(L, map, data, fills) {
    this.shapes = data.wards.map((ward) =>
      L.polygon(ward.rings, { pane: "wards", className: "ward", weight: 1, fillOpacity: 0.9 })
        .bindTooltip("", { sticky: true, className: "tip", direction: "top" })
        .addTo(map),
    );
    L.polyline(data.borough, { pane: "outlines", className: "borough", interactive: false }).addTo(map);
    this.names = data.wards.map((ward) =>
      textMarker(L, ward.label, inTwoLines(ward.name), "ward-name", "names"),
    );
    this.rims = L.layerGroup().addTo(map);
    this.L = L;
    this.map = map;
    this.data = data;
    this.fills = fills;
    this.order = data.wards.map((_, i) => i);
  }

  show(view, frame, filled) {
    const values = view.values[frame];
    this.order = ranking(view, frame, this.shapes.length);
    this.shapes.forEach((shape, i) => {
      shape.setStyle({ fillColor: filled ? this.fills.of(classOf(view.scale, values[i], withheldAt(view, frame, i))) : "transparent" });
      shape.getElement()?.classList.toggle("unfilled", !filled);
      shape.setTooltipContent(() => this.tip(view, frame, i));
    });
    this.rims.clearLayers();
    view.outlined?.[frame].forEach((thick, i) => filled && thick && this.rims.addLayer(this.rim(i, "outlined")));
    this.said = filled && this.data.figures && view.scale.kind !== "classes"
      ? values.map((value, i) => figure(view.scale, value, this.data.measure, withheldAt(view, frame, i))) : null;
    this.sayFigures();
  }

  // Lines over all wards: bringing a ward itself to the front would take the focus from it.
  rim(i, kind) {
    return this.L.polygon(this.shapes[i].getLatLngs(), {
      pane: "outlines", className: `rim ${kind}`, fill: false, interactive: false,
    });
  }

  // Under the names, where the map is about wards alone.
  sayFigures() {
    this.names.forEach((marker, i) => {
      const name = marker.getElement()?.firstChild;
      if (!name) return;
      const old = name.querySelector(".ward-figure");
      if (!this.said) old?.remove();
      else if (old) old.textContent = this.said[i];
      else name.append(el("span", { class: "ward-figure" }, this.said[i]));
    });
  }

  tip(view, frame, i) {
    const { measure, wards } = this.data;
    const note = noteOf(view, frame, i);
    return el(
      "div", {},
      el("strong", {}, wards[i].name),
      el("div", {}, withUnit(view.scale, view.values[frame][i], measure, withheldAt(view, frame, i))),
      note ? el("div", {}, note) : null,
      el("div", { class: "muted" }, view.frames[frame]),
    );
  }

  // Wards are buttons where a page asks which is chosen: one of them is in the order of the tab
  // key, and the arrow keys go from one to the next in the order of the list.
  listen(onChoose, view, frame) {
    this.shapes.forEach((shape, i) => {
      const node = shape.getElement();
      const first = i === (this.chosen ?? this.order[0]);
      const { wards, measure } = this.data;
      node.setAttribute("role", "button");
      node.setAttribute("tabindex", first ? "0" : "-1");
      const figured = withUnit(view.scale, view.values[frame][i], measure, withheldAt(view, frame, i));
      node.setAttribute("aria-label", `${wards[i].name}, ${figured}`);
      node.setAttribute("aria-pressed", String(i === this.chosen));
      node.onkeydown = (event) => this.pressed(event, i, onChoose);
      shape.off("click").on("click", () => onChoose(wards[i].code));
    });
  }

  pressed(event, i, onChoose) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") onChoose(this.data.wards[i].code);
    else if (!step) return;
    else {
      const count = this.order.length;
      const next = this.order[(this.order.indexOf(i) + step + count) % count];
      this.shapes[i].getElement().setAttribute("tabindex", "-1");
      this.shapes[next].getElement().setAttribute("tabindex", "0");
      this.shapes[next].getElement().focus();
    }
    event.preventDefault();
    event.stopPropagation(); // the map itself pans with these keys
  }

  highlight(code) {
    const found = this.data.wards.findIndex((ward) => ward.code === code);
    this.chosen = found >= 0 ? found : null;
    this.shapes.forEach((shape, i) => {
      const node = shape.getElement();
      node?.classList.toggle("chosen", i === found);
      if (!node?.hasAttribute("aria-pressed")) return;
      node.setAttribute("aria-pressed", String(i === found));
      if (found >= 0) node.setAttribute("tabindex", i === found ? "0" : "-1");
    });
    this.chosenRim?.remove();
    this.chosenRim = found >= 0 ? this.rim(found, "chosen").addTo(this.map) : null;
  }

  boundsOf(code) {
    return this.shapes[this.data.wards.findIndex((ward) => ward.code === code)]?.getBounds();
  }

  relabel() {
    const shown = this.map.getZoom() >= LABEL_MIN_ZOOM || this.map.getSize().x > 420;
    this.names.forEach((marker) => (shown ? marker.addTo(this.map) : marker.remove()));
    this.sayFigures();
  }

  // The highest first: their names matter most.
  shownNames() {
    return this.order.map((i) => this.names[i].getElement()?.firstChild).filter(Boolean);
  }
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
    return this.layer.show(surface, frame);
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

  // Leaves those in the background that are not asked for.
  dim(isOther) {
    for (const [rank, { line, marker }] of this.byRank) {
      line.getElement()?.classList.toggle("dimmed", isOther(rank));
      marker.getElement()?.classList.toggle("dimmed", isOther(rank));
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
