// The map: wards, density, hotspots and time in one place. Time and layers change here in the
// browser. What a person has set here (view, layers, position in time) survives new numbers.

import { makeRoom } from "./labels.js";
import { Hotspots, Places, Surface, Wards, panes } from "./layers.js";
import { checkbox, drawLegend, drawList, drawTable, itemsOf, radios } from "./panel.js";
import { Fills } from "./patterns.js";
import { makeShell } from "./shell.js";
import { Time } from "./time.js";
import { asMarkup, el, replace } from "./words.js";

const LEAST_PX = 100;
const LEGEND_PX = 232; // its most, as the style has it
const PHONE = "(max-width: 640px)";
const NARROW_PX = 720;

export class HotspotMap {
  constructor(root, L) {
    this.L = L;
    this.root = root;
    this.state = {
      mode: "whole", frame: 0, fill: "wards", hotspots: true, places: true, chosen: null,
    };
    this.selects = false; // whether wards can be chosen
    this.moved = false; // whether a person has moved the map
    this.baseId = null;
    this.fills = new Fills();
    this.time = new Time((change) => this.set(change));
    this.build();
  }

  // ---- page ------------------------------------------------------------------------------------

  build() {
    Object.assign(this, makeShell(this.time.node, (open) => this.openMap(open)));
    this.page.append(this.fills.sheet);
    this.root.append(this.page);
    // Leaflet also moves by itself, back into its bounds; that is nothing to tell others.
    for (const kind of ["pointerdown", "wheel", "keydown"]) {
      this.canvas.addEventListener(kind, () => { this.byPerson = true; }, { capture: true, passive: true });
    }
    this.setTitle("");
  }

  setTitle(text) {
    this.title.textContent = text;
    this.title.hidden = !text;
  }

  openMap(open) {
    this.panel.classList.toggle("open", open);
    this.time.node.classList.toggle("over", open);
    this.quietly(() => this.map?.invalidateSize(false));
    if (open) {
      if (!this.moved) this.fit();
      this.closer.focus();
    } else if (matchMedia(PHONE).matches) this.opener.focus();
  }

  // ---- data ------------------------------------------------------------------------------------

  update(data) {
    const before = this.data && this.view().frames[this.state.frame];
    this.data = data;
    if (!data.views[this.state.mode]) this.state.mode = "whole";
    const same = this.view().frames.indexOf(before);
    this.state.frame = same >= 0 ? same : Math.min(this.state.frame, this.view().frames.length - 1);
    if (this.state.mode === "whole") this.state.frame = 0;
    if (this.baseId !== data.base.id) this.rebase();
    const held = this.root.getRootNode().activeElement?.dataset?.key; // new buttons take the focus
    this.drawControls();
    this.time.draw(data.views, this.state.mode);
    const drawn = this.draw();
    if (held) this.page.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
    return drawn;
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
    if (tiles) this.L.tileLayer(tiles, { opacity: 0.5, maxZoom: 18 }).addTo(this.map); // missing ones stay blank
    if (keep) this.quietly(() => this.map.setView(keep.centre, keep.zoom, { animate: false }));
    else this.fit();
    const source = { ...base, measure: this.data.measure, figures: this.data.listing === "wards" };
    this.wards = new Wards(this.L, this.map, source, this.fills);
    this.surface = new Surface(this.L, this.map, source);
    this.spots = new Hotspots(this.L, this.map);
    this.places = new Places(this.L, this.map, source);
    this.map.on("zoomend moveend resize", () => this.relabel());
    this.map.on("move", () => this.byPerson && !this.quiet && this.viewMoved());
    this.watchSize();
  }

  // Moves the map as the page itself does: nobody else need follow, and no link is written.
  quietly(move) {
    const before = this.quiet;
    this.quiet = true;
    move();
    this.quiet = before;
  }

  fit() {
    this.fitTo(this.data.base.bounds);
  }

  fitTo(bounds) {
    this.moved = false;
    this.byPerson = false;
    this.quietly(() => {
      this.map.invalidateSize({ pan: false });
      const isWide = this.canvas.clientWidth >= 3 * LEGEND_PX && !this.page.classList.contains("narrow");
      const left = isWide ? LEGEND_PX : 4; // the borough stands beside the legend, not below it
      this.map.fitBounds(bounds, { paddingTopLeft: [left, 4], paddingBottomRight: [4, 34], animate: false });
    });
    const size = this.map.getSize();
    this.fittedTo = Math.min(size.x, size.y) >= LEAST_PX ? size.x : 0; // a sliver while the layout is made
  }

  watchSize() {
    this.watcher?.disconnect();
    this.watcher = new ResizeObserver(() => {
      this.page.classList.toggle("narrow", this.page.clientWidth < NARROW_PX);
      this.quietly(() => this.map.invalidateSize(false)); // the middle stays in the middle
      const width = this.map.getSize().x;
      if (width > 0 && !this.moved && Math.abs(width - (this.fittedTo ?? 0)) >= LEAST_PX) this.fit();
    });
    this.watcher.observe(this.canvas);
    this.watcher.observe(this.page);
  }

  relabel() {
    this.wards.relabel();
    this.places.relabel();
    makeRoom(this.spots.badges(), this.wards.shownNames(), this.places.shownNames());
  }

  // For those who build on this: a person has moved the map, or set something.
  viewMoved() {
    this.moved = true;
  }

  changed() {}

  // ---- drawing ---------------------------------------------------------------------------------

  set(change) {
    Object.assign(this.state, change);
    this.changed(change);
    return this.draw();
  }

  draw() {
    const { state, data } = this;
    const view = this.view();
    if (state.chosen?.kind === "hotspot" && !this.isShown(state.chosen)) state.chosen = null;
    Object.assign(this.wards.data, { measure: data.measure, figures: data.listing === "wards" });
    this.wards.show(view, state.frame, state.fill === "wards");
    if (this.selects) this.wards.listen((code) => this.choose("ward", code, false), view, state.frame);
    const surface = this.surface.show(view, state.frame, state.fill === "density");
    const choose = (rank, fly) => this.choose("hotspot", String(rank), fly);
    this.spots.show(view.hotspots[state.frame], state.hotspots, choose);
    this.places.show(state.places);
    this.relabel();
    this.drawWords(view);
    drawLegend(this.legend, view, state, data, this.fills);
    this.drawLists(view);
    this.highlight();
    this.time.move(view, state.mode, state.frame);
    return surface.then(() => this.page.setAttribute("data-drawn", `${state.mode}:${state.frame}:${this.data.id}`));
  }

  drawWords(view) {
    const { state, data } = this;
    this.sentence.textContent = view.sentences[state.frame];
    const shown = state.fill === "wards" ? data.measure.title
      : state.fill === "density" ? `Density, ${view.surface.title.toLowerCase()}` : "Hotspots";
    this.caption.textContent = [shown, view.frames[state.frame], data.source,
      view.located[state.frame], data.disclosure].join(" · ");
    const name = this.title.textContent ? `Map: ${this.title.textContent}` : "Map";
    this.canvas.setAttribute("aria-label", `${name}. ${this.caption.textContent}. The same values are in the table below.`);
    this.side.setAttribute("aria-label", [data.listing === "wards" ? "Ranked wards" : "Ranked hotspots", this.title.textContent].filter(Boolean).join(", "));
  }

  drawLists(view) {
    const { data, state } = this;
    const isChosen = (kind, key) => this.isChosen(kind, key);
    const choose = (kind, key, fly) => this.choose(kind, key, fly);
    drawList(this.list, data, view, state.frame, isChosen, choose);
    drawTable(this.table, data, view, state.frame, isChosen, this.selects ? choose : null);
  }

  drawControls() {
    const { state } = this;
    const fills = [["wards", "Wards"]];
    if (this.view().surface) fills.push(["density", "Density"]);
    fills.push(["none", "None"]);
    if (!fills.some(([value]) => value === state.fill)) state.fill = "wards";
    replace(
      this.controls,
      radios("Colour", "fill", fills, state.fill, (fill) => this.set({ fill })),
      this.data.listing === "hotspots"
        ? checkbox("Hotspots", state.hotspots, (hotspots) => this.set({ hotspots })) : null,
      checkbox("Stations and places", state.places, (places) => this.set({ places })),
      el("button", { type: "button", onclick: () => this.showAll() }, "Whole borough"),
    );
  }

  showAll() {
    this.fit();
    this.changed({ moved: false });
  }

  // ---- choosing --------------------------------------------------------------------------------

  isChosen(kind, key) {
    return this.state.chosen?.kind === kind && this.state.chosen.key === key;
  }

  isShown({ kind, key }) {
    return itemsOf(this.data, this.view(), this.state.frame).some((item) => item.kind === kind && item.key === key);
  }

  choose(kind, key, fly) {
    const again = this.isChosen(kind, key);
    this.state.chosen = again && (this.selects || !fly) ? null : { kind, key };
    this.highlight();
    if (fly && this.state.chosen) this.flyTo(kind, key);
  }

  highlight() {
    const { chosen } = this.state;
    this.spots.highlight(chosen?.kind === "hotspot" ? Number(chosen.key) : null);
    this.wards.highlight(chosen?.kind === "ward" ? chosen.key : null);
    for (const button of this.page.querySelectorAll("[data-choice]")) {
      const isIt = chosen !== null && button.dataset.choice === `${chosen.kind} ${chosen.key}`;
      button.setAttribute("aria-pressed", String(isIt));
    }
  }

  flyTo(kind, key) {
    this.byPerson = true;
    if (matchMedia(PHONE).matches) this.openMap(true);
    const bounds = kind === "ward" ? this.wards.boundsOf(key) : this.spots.boundsOf(Number(key));
    if (!bounds) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const options = { maxZoom: 15.5, padding: [60, 60] };
    if (still) this.map.fitBounds(bounds, { ...options, animate: false });
    else this.map.flyToBounds(bounds, { ...options, duration: 0.6 });
  }

  destroy() {
    this.time.play(false);
    this.watcher?.disconnect();
    this.map?.remove();
  }
}
