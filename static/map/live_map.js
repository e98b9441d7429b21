// The map in the page: it keeps its state in the link, follows others beside it, and tells the
// server what a person chooses, where the page asks for that.

import { Group } from "./group.js";
import { HotspotMap } from "./hotspot_map.js";
import { asText, follow, fromText, read, write } from "./link.js";

const WRITE_AFTER_MS = 200;
const START = "wards~hp~whole~-~-";

export class LiveMap extends HotspotMap {
  constructor(root, L) {
    super(root, L);
    this.group = new Group(this);
    this.wanted = null; // what the link says, as far as it has not been shown yet
  }

  // ---- what the page asks ------------------------------------------------------------------------

  ask(asks, send) {
    this.send = send;
    const key = asks.key.replace(/[^\w-]+/g, "-");
    if (this.key !== key) {
      this.key = key;
      this.unfollow?.();
      this.unfollow = follow(key, (text) => this.reopen(text));
      this.wanted = fromText(read(key));
      Object.assign(this.state, this.layersOf(this.wanted));
    }
    this.setTitle(asks.title);
    this.group.join(asks.sync);
    this.selects = asks.selects;
    if (!asks.selects) return;
    this.state.chosen = asks.selected;
    if (this.data) this.highlight();
  }

  layersOf(wanted) {
    if (!wanted) return {};
    const { hotspots, places } = wanted;
    const fill = ["wards", "density", "none"].includes(wanted.fill) ? wanted.fill : "wards";
    return { fill, hotspots, places };
  }

  // The whole period comes first and alone. A person who looks at a frame waits for the rest.
  begin(data, more) {
    if (data.id === this.begun) return null; // only the choice is new
    this.begun = data.id;
    if (!more) return this.update(data);
    if (this.data && this.state.mode !== "whole") return null;
    return this.update({ ...data, views: { ...data.views, steps: this.data?.views.steps } });
  }

  update(data) {
    const drawn = super.update(data);
    this.takeTime();
    return drawn;
  }

  rebase() {
    super.rebase();
    const { centre, zoom } = this.wanted ?? {};
    if (centre) this.goTo(centre, zoom);
  }

  // ---- link --------------------------------------------------------------------------------------

  reopen(text) {
    this.wanted = fromText(text);
    if (!this.wanted || !this.data) return;
    Object.assign(this.state, this.layersOf(this.wanted));
    this.drawControls();
    if (this.wanted.centre) this.goTo(this.wanted.centre, this.wanted.zoom);
    this.draw();
    this.takeTime();
  }

  // Goes to the time that the link names, as soon as there is one of that name.
  takeTime() {
    const { mode, when } = this.wanted ?? {};
    const frame = this.data.views[mode]?.frames.indexOf(when) ?? -1;
    if (mode === "whole" || frame < 0) return;
    this.wanted = null;
    Object.assign(this.state, { mode, frame });
    this.draw();
  }

  goTo(centre, zoom) {
    this.moved = true;
    this.byPerson = false;
    this.quietly(() => this.map.setView(centre, zoom, { animate: false }));
  }

  writeSoon() {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => this.writeNow(), WRITE_AFTER_MS);
  }

  writeNow() {
    const { state } = this;
    const when = state.mode === "whole" ? "-" : this.view().frames[state.frame];
    const where = this.moved ? { zoom: this.map.getZoom(), centre: this.map.getCenter() } : {};
    const text = asText({ ...state, when, ...where });
    write(this.key, text === START ? "" : text);
  }

  // ---- others beside it --------------------------------------------------------------------------

  viewMoved() {
    super.viewMoved();
    this.writeSoon();
    const centre = this.map.getCenter();
    for (const other of this.group.others) {
      other.goTo(centre, this.map.getZoom());
      other.writeSoon();
    }
  }

  changed(change) {
    this.wanted = null;
    this.writeSoon();
    for (const other of this.group.others) {
      if (change.moved === false) other.fit();
      if ("frame" in change) other.followTime(this.state.mode, this.view().frames[this.state.frame]);
      other.writeSoon();
    }
  }

  followTime(mode, when) {
    const frame = this.data.views[mode]?.frames.indexOf(when) ?? -1;
    if (mode === "whole") Object.assign(this.state, { mode, frame: 0 });
    else if (frame >= 0) Object.assign(this.state, { mode, frame });
    this.time.play(false);
    this.draw();
  }

  // ---- choosing ----------------------------------------------------------------------------------

  choose(kind, key, fly) {
    super.choose(kind, key, fly);
    const { chosen } = this.state;
    this.said.textContent = chosen ? `${this.nameOf(chosen)} is chosen.` : "Nothing is chosen.";
    if (this.selects) this.send("chosen", chosen ?? { kind: "", key: "" });
  }

  nameOf({ kind, key }) {
    if (kind === "ward") return this.data.base.wards.find((ward) => ward.code === key)?.name ?? key;
    return this.view().hotspots[this.state.frame].find((spot) => String(spot.rank) === key)?.name ?? key;
  }

  destroy() {
    clearTimeout(this.writing);
    this.group.leave();
    this.unfollow?.();
    super.destroy();
  }
}
