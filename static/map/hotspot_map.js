// The live map: wards, density, hotspots and time in one place. Time and layers change here in the
// browser; the server is asked only when the numbers themselves change. What a person has set here
// (view, layers, position in time) survives new numbers.

import { Hotspots, Places, Surface, Wards, makeRoom, panes } from "./layers.js";
import { ICONS, asMarkup, el, icon, number, replace } from "./words.js";

const STEP_MS = 900;
const PHONE = "(max-width: 640px)";

let leaflet = null;

function loadLeaflet(base) {
  leaflet ??= new Promise((resolve, reject) => {
    const script = el("script", { src: new URL("vendor/leaflet/leaflet.js", base).href });
    script.onload = () => resolve(window.L);
    script.onerror = () => reject(new Error("The map's library could not be loaded."));
    document.head.append(script);
  });
  return leaflet;
}

function loadStyle(root, href) {
  return new Promise((resolve) => {
    const link = el("link", { rel: "stylesheet", href, onload: resolve, onerror: resolve });
    root.append(link);
  });
}

function radios(root, legend, name, options, chosen, onChange) {
  const inputs = options.map(([value, text]) => {
    const input = el("input", { type: "radio", name, value, checked: value === chosen });
    input.onchange = () => onChange(value);
    return el("label", {}, input, el("span", {}, text));
  });
  return el("fieldset", { class: "choice" }, el("legend", {}, legend), ...inputs);
}

function checkbox(text, checked, onChange) {
  const input = el("input", { type: "checkbox", checked });
  input.onchange = () => onChange(input.checked);
  return el("label", { class: "check" }, input, el("span", {}, text));
}

export class HotspotMap {
  constructor(root, L) {
    this.L = L;
    this.root = root;
    this.state = {
      mode: "whole", frame: 0, fill: "wards", hotspots: true, places: true, chosen: null,
    };
    this.timer = null;
    this.baseId = null;
    this.build();
  }

  // ---- page ------------------------------------------------------------------------------------

  build() {
    this.controls = el("div", { class: "controls" });
    this.sentence = el("p", { class: "sentence", "aria-live": "polite" });
    this.canvas = el("div", { class: "map", role: "application" });
    this.legend = el("div", { class: "legend" });
    this.closer = el("button", { class: "close-map", type: "button", onclick: () => this.openMap(false) }, "Close map");
    this.panel = el("div", { class: "panel" }, this.closer, this.canvas, this.legend);
    this.list = el("ol", { class: "hotspots" });
    this.listTitle = el("h3", {});
    this.listNote = el("p", { class: "muted" });
    this.opener = el("button", { class: "open-map", type: "button", onclick: () => this.openMap(true) }, "Open the map");
    this.side = el("section", { class: "side", "aria-label": "Ranked hotspots" }, this.listTitle, this.listNote, this.list);
    this.time = el("div", { class: "time", role: "group", "aria-label": "Time" });
    this.caption = el("p", { class: "caption" });
    this.table = el("details", { class: "table" });
    this.page = el(
      "div", { class: "hotspot-map" }, this.controls, this.sentence, this.opener,
      el("div", { class: "body" }, this.panel, this.side), this.time, this.caption, this.table,
    );
    this.root.append(this.page);
    this.page.onkeydown = (event) => {
      if (event.key === "Escape") this.openMap(false);
    };
  }

  openMap(open) {
    this.panel.classList.toggle("open", open);
    this.time.classList.toggle("over", open);
    this.map?.invalidateSize();
    if (open) {
      this.fitted = false;
      this.fit();
      this.closer.focus();
    } else if (matchMedia(PHONE).matches) this.opener.focus();
  }

  // ---- data ------------------------------------------------------------------------------------

  // The whole period comes first and alone. A person who looks at a frame waits for the rest.
  begin(data) {
    if (this.state.mode !== "whole") return;
    this.update({ ...data, views: { ...data.views, steps: this.data?.views.steps } });
  }

  update(data) {
    const before = this.data && this.view().frames[this.state.frame];
    this.data = data;
    if (!data.views[this.state.mode]) this.state.mode = "whole";
    const same = this.view().frames.indexOf(before);
    this.state.frame = same >= 0 ? same : Math.min(this.state.frame, this.view().frames.length - 1);
    if (this.state.mode === "whole") this.state.frame = 0;
    if (this.baseId !== data.base.id) this.rebase();
    this.drawControls();
    this.drawTime();
    return this.draw();
  }

  view() {
    return this.data.views[this.state.mode];
  }

  rebase() {
    const { base, tiles } = this.data;
    this.baseId = base.id;
    const keep = this.map && { centre: this.map.getCenter(), zoom: this.map.getZoom() };
    this.map?.remove();
    this.map = this.L.map(this.canvas, {
      zoomSnap: 0.1, zoomDelta: 0.5, wheelPxPerZoomLevel: 120, attributionControl: true,
      minZoom: 10, maxZoom: 18, maxBounds: this.L.latLngBounds(base.bounds).pad(0.6),
    });
    this.map.attributionControl.setPrefix(false).addAttribution(asMarkup(base.attribution));
    this.L.control.scale({ imperial: false, position: "bottomright" }).addTo(this.map);
    panes(this.map);
    this.addTiles(tiles);
    if (keep) this.map.setView(keep.centre, keep.zoom, { animate: false });
    else this.fit();
    const source = { ...base, measure: this.data.measure };
    this.wards = new Wards(this.L, this.map, source);
    this.surface = new Surface(this.L, this.map, source);
    this.spots = new Hotspots(this.L, this.map);
    this.places = new Places(this.L, this.map, source);
    this.map.on("zoomend moveend resize", () => this.relabel());
    this.watchSize();
  }

  addTiles(url) {
    if (!url) return;
    this.L.tileLayer(url, { opacity: 0.5, maxZoom: 18 }).addTo(this.map); // missing tiles stay blank
  }

  fit() {
    this.map.invalidateSize({ pan: false });
    const size = this.map.getSize();
    this.map.fitBounds(this.data.base.bounds, { paddingTopLeft: [4, 4], paddingBottomRight: [4, 34], animate: false });
    this.fitted = size.x > 0 && size.y > 0;
  }

  watchSize() {
    this.watcher?.disconnect();
    this.watcher = new ResizeObserver(() => {
      this.map.invalidateSize({ pan: false });
      if (!this.fitted && this.map.getSize().x > 0) this.fit();
    });
    this.watcher.observe(this.canvas);
  }

  relabel() {
    this.wards.relabel();
    this.places.relabel();
    const values = this.view().values[this.state.frame];
    makeRoom(this.spots.badges(), this.wards.shownNames(values), this.places.shownNames());
  }

  // ---- drawing ---------------------------------------------------------------------------------

  set(change) {
    Object.assign(this.state, change);
    return this.draw();
  }

  draw() {
    const { state } = this;
    const view = this.view();
    const spots = view.hotspots[state.frame];
    if (!spots.some((spot) => spot.rank === state.chosen)) state.chosen = null;
    this.wards.data.measure = this.data.measure;
    this.wards.show(view, state.frame, state.fill === "wards");
    const surface = this.surface.show(view, state.frame, state.fill === "density");
    this.spots.show(spots, state.hotspots, (rank, fly) => this.choose(rank, fly));
    this.spots.highlight(state.chosen);
    this.places.show(state.places);
    this.relabel();
    this.drawWords(view);
    this.drawLegend(view);
    this.drawList(view, spots);
    this.drawTable(view);
    this.moveTime(view);
    return surface.then(() => this.page.setAttribute("data-drawn", `${state.mode}:${state.frame}:${this.data.id}`));
  }

  drawWords(view) {
    const { state, data } = this;
    this.sentence.textContent = view.sentences[state.frame];
    const shown = state.fill === "wards" ? data.measure.title
      : state.fill === "density" ? `Density, ${view.surface.title.toLowerCase()}` : "Hotspots";
    this.caption.textContent = [shown, view.frames[state.frame], data.source,
      view.located[state.frame], data.disclosure].join(" · ");
    this.canvas.setAttribute("aria-label", `Map. ${this.caption.textContent}. The same values are in the table below.`);
  }

  drawLegend(view) {
    const { fill } = this.state;
    const scale = fill === "wards" ? view.scale : fill === "density" ? view.surface : null;
    const rows = (scale?.classes ?? []).map((c) =>
      el("li", {}, el("span", { class: "swatch", style: `background:${c.colour}` }), c.label),
    );
    const title = scale ? el("strong", {}, scale.title) : null;
    const marks = [
      this.state.hotspots ? el("li", {}, el("span", { class: "swatch outline" }), "Hotspot, with its rank") : null,
      this.state.places ? el("li", {}, el("span", { class: "dot" }), "Station") : null,
    ].filter(Boolean);
    replace(this.legend, title, el("ul", {}, ...rows, ...marks), scale?.note ? el("p", {}, scale.note) : null);
  }

  drawList(view, spots) {
    this.listTitle.textContent = spots.length ? `Hotspots, ranked (${spots.length})` : "Hotspots";
    this.listNote.textContent = spots.length
      ? `${view.frames[this.state.frame]}. ${view.method}`
      : `${view.frames[this.state.frame]}: no area qualifies. ${view.method}`;
    replace(this.list, ...spots.map((spot) => this.listItem(spot)));
  }

  listItem(spot) {
    const chosen = spot.rank === this.state.chosen;
    return el(
      "li", {},
      el("button", { type: "button", "aria-pressed": String(chosen), onclick: () => this.choose(spot.rank, true) },
        el("span", { class: "badge", "aria-hidden": "true" }, String(spot.rank)),
        el("span", {}, el("strong", {}, spot.name), el("span", { class: "facts" }, spot.facts)),
      ),
    );
  }

  drawTable(view) {
    const { data, state } = this;
    const values = view.values[state.frame];
    const names = [...data.base.wards.map((w) => w.name), ...data.base.extra_rows];
    const order = names.map((_, i) => i);
    const wards = data.base.wards.length;
    order.sort((a, b) => (a >= wards || b >= wards ? a - b : (values[b] ?? -1) - (values[a] ?? -1)));
    const rows = order.map((i) =>
      el("tr", {}, el("th", { scope: "row" }, names[i]), el("td", {}, number(values[i], data.measure.decimals))),
    );
    const total = view.totals[state.frame];
    const foot = total === null ? null : el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, "All"),
      el("td", {}, number(total, data.measure.decimals))));
    replace(
      this.table,
      el("summary", {}, "Table of this map"),
      el("table", {},
        el("caption", {}, `${data.measure.title}, ${view.frames[state.frame]}`),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Ward"), el("th", { scope: "col" }, data.measure.unit))),
        el("tbody", {}, ...rows), foot ?? ""),
    );
  }

  choose(rank, fly) {
    this.state.chosen = this.state.chosen === rank && !fly ? null : rank;
    this.spots.highlight(this.state.chosen);
    this.list.querySelectorAll("button").forEach((button, i) => {
      const spot = this.view().hotspots[this.state.frame][i];
      button.setAttribute("aria-pressed", String(spot.rank === this.state.chosen));
    });
    if (fly) this.flyTo(rank);
  }

  flyTo(rank) {
    if (matchMedia(PHONE).matches) this.openMap(true);
    const bounds = this.spots.boundsOf(rank) ?? null;
    if (!bounds) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const options = { maxZoom: 15.5, padding: [60, 60] };
    if (still) this.map.fitBounds(bounds, { ...options, animate: false });
    else this.map.flyToBounds(bounds, { ...options, duration: 0.6 });
  }

  // ---- controls --------------------------------------------------------------------------------

  drawControls() {
    const { state } = this;
    const fills = [["wards", "Wards"]];
    if (this.view().surface) fills.push(["density", "Density"]);
    fills.push(["none", "None"]);
    if (!fills.some(([value]) => value === state.fill)) state.fill = "wards";
    replace(
      this.controls,
      radios(this.root, "Colour", "fill", fills, state.fill, (fill) => this.set({ fill })),
      checkbox("Hotspots", state.hotspots, (hotspots) => this.set({ hotspots })),
      checkbox("Stations and places", state.places, (places) => this.set({ places })),
      el("button", { type: "button", onclick: () => this.fit() }, "Whole borough"),
    );
  }

  drawTime() {
    const { views } = this.data;
    const options = Object.entries(views).filter(([, view]) => view).map(([mode, view]) => [mode, view.name]);
    this.slider = el("input", { type: "range", min: 0, step: 1, "aria-label": "Position in time" });
    this.slider.oninput = () => this.goTo(Number(this.slider.value));
    this.player = el("button", { type: "button", class: "play", onclick: () => this.play(this.timer === null) });
    this.when = el("output", { class: "when" });
    const back = el("button", { type: "button", "aria-label": "One step back", onclick: () => this.stepBy(-1) }, icon(ICONS.back));
    const forward = el("button", { type: "button", "aria-label": "One step forward", onclick: () => this.stepBy(1) }, icon(ICONS.forward));
    this.stepper = el("div", { class: "stepper" }, this.player, back, this.slider, forward, this.when);
    const modes = radios(this.root, "Time", "mode", options, this.state.mode, (mode) => this.changeMode(mode));
    replace(this.time, modes, this.stepper);
    this.showPlayer();
  }

  changeMode(mode) {
    this.play(false);
    this.set({ mode, frame: mode === "whole" ? 0 : this.data.views[mode].frames.length - 1 });
  }

  moveTime(view) {
    const { frame, mode } = this.state;
    this.stepper.hidden = mode === "whole";
    this.slider.max = view.frames.length - 1;
    this.slider.value = frame;
    this.slider.setAttribute("aria-valuetext", view.frames[frame]);
    this.when.textContent = view.frames[frame];
  }

  goTo(frame) {
    this.play(false);
    this.set({ frame });
  }

  stepBy(by) {
    const last = this.view().frames.length - 1;
    this.goTo(Math.min(last, Math.max(0, this.state.frame + by)));
  }

  play(on) {
    clearInterval(this.timer);
    this.timer = on ? setInterval(() => this.tick(), STEP_MS) : null;
    if (on) this.tick();
    this.showPlayer();
  }

  tick() {
    if (!this.page.isConnected) return this.play(false);
    return this.set({ frame: (this.state.frame + 1) % this.view().frames.length });
  }

  showPlayer() {
    const playing = this.timer !== null;
    this.player.setAttribute("aria-label", playing ? "Pause" : "Play through time");
    replace(this.player, icon(playing ? ICONS.pause : ICONS.play), playing ? "Pause" : "Play");
  }

  destroy() {
    this.play(false);
    this.watcher?.disconnect();
    this.map?.remove();
  }
}

const INSTANCES = new WeakMap();
let onShow = null; // the entry of the map on the page
let rest = null; // all views of it, once they are there: the two parts may come in either order

// Called by Streamlit's component each time the data or the theme changes.
export function mount({ parentElement, data, base }) {
  let entry = INSTANCES.get(parentElement);
  if (!entry) {
    entry = { waiting: null, map: null };
    INSTANCES.set(parentElement, entry);
    const styles = ["vendor/leaflet/leaflet.css", "map/hotspot_map.css"];
    const ready = styles.map((path) => loadStyle(parentElement, new URL(path, base).href));
    Promise.all([loadLeaflet(base), ...ready]).then(([L]) => {
      entry.map = new HotspotMap(parentElement, L);
      entry.map.update(entry.waiting);
    });
  }
  onShow = entry;
  entry.waiting = rest ?? data;
  entry.map?.begin(data);
  return () => {
    entry.map?.destroy();
    INSTANCES.delete(parentElement);
    if (onShow === entry) onShow = null;
  };
}

// Called by the second component with all views of the map that `mount` has begun to show.
export function complete({ data }) {
  rest = data;
  if (onShow) onShow.waiting = data;
  onShow?.map?.update(data);
  return () => {
    rest = null;
  };
}
