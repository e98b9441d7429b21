// The map of a patrol plan: its areas, and for each team the base and the way between the areas.
// Teams are told apart by the pattern of their lines, which the legend explains, and by number.

import { makeRoom } from "./labels.js";
import { LiveMap } from "./live_map.js";
import { checkbox, drawList, radios } from "./panel.js";
import { Routes, lineOf } from "./routes.js";
import { el, replace } from "./words.js";

const ALL = "all";

export class PlanMap extends LiveMap {
  constructor(root, L) {
    super(root, L);
    this.state.fill = "none";
    this.team = ALL;
    this.page.classList.add("plan");
  }

  layersOf(wanted) {
    return { ...super.layersOf(wanted), fill: "none" };
  }

  rebase() {
    super.rebase();
    this.routes = new Routes(this.L, this.map);
  }

  update(data) {
    if (this.team !== ALL && !data.teams.some((team) => String(team.number) === this.team)) this.team = ALL;
    const isOther = this.data && this.data.id !== data.id && !this.moved;
    const drawn = super.update(data);
    if (isOther) this.fit(); // another plan is elsewhere
    return drawn;
  }

  // The plan and not the borough: areas are small.
  fit() {
    this.fitTo(this.data.focus);
  }

  showAll() {
    this.fitTo(this.data.base.bounds);
    this.changed({ moved: false });
  }

  draw() {
    const drawn = super.draw();
    drawTeams(this.legend, this.data.teams, this.state);
    this.routes.show(this.data.teams, this.team, this.state.hotspots);
    this.spots.dim((rank) => this.team !== ALL && String(this.data.team_of[rank]) !== this.team);
    this.wards.shapes.forEach((shape, i) => shape.setTooltipContent(this.data.base.wards[i].name));
    this.relabel();
    return drawn;
  }

  relabel() {
    this.wards.relabel();
    this.places.relabel();
    const names = [...(this.routes?.labels() ?? []), ...this.wards.shownNames()];
    makeRoom(this.spots.badges(), names, this.places.shownNames());
  }

  drawWords(view) {
    const { data, state } = this;
    const count = view.hotspots[state.frame].length;
    this.sentence.hidden = true; // the page says it above
    this.caption.textContent = [data.measure.title, view.frames[state.frame], data.source, data.disclosure].join(" · ");
    this.canvas.setAttribute("aria-label", `Map of the plan. ${this.caption.textContent}. Its ${count} areas are in the list and in the table below.`);
    this.side.setAttribute("aria-label", "Focus areas");
  }

  drawLists(view) {
    const isChosen = (kind, key) => this.isChosen(kind, key);
    drawList(this.list, this.data, view, this.state.frame, isChosen, (kind, key, fly) => this.choose(kind, key, fly));
    drawAreas(this.table, this.data, view.hotspots[this.state.frame]);
  }

  drawControls() {
    const { state, data } = this;
    const teams = [[ALL, "All"], ...data.teams.map((team) => [String(team.number), String(team.number)])];
    replace(
      this.controls,
      data.teams.length > 1 ? radios("Team", "team", teams, this.team, (team) => this.setTeam(team)) : null,
      checkbox("Ways", state.hotspots, (hotspots) => this.set({ hotspots })),
      checkbox("Stations and places", state.places, (places) => this.set({ places })),
      el("button", { type: "button", onclick: () => { this.fit(); this.changed({ moved: false }); } }, "Whole plan"),
      el("button", { type: "button", onclick: () => this.showAll() }, "Whole borough"),
    );
  }

  setTeam(team) {
    this.team = team;
    this.draw();
  }
}

function drawTeams(node, teams, state) {
  const row = (sign, text) => el("li", {}, sign, text);
  const rows = [
    row(el("span", { class: "badge" }, "1"), "Area, with its number"),
    ...(state.hotspots ? teams.map((team, i) => row(sample(i), `Team ${team.number}`)) : []),
    row(el("span", { class: "base-mark" }), "Where a team starts and ends"),
    state.places ? row(el("span", { class: "dot" }), "Station") : null,
  ].filter(Boolean);
  replace(node, el("ul", {}, ...rows));
}

function sample(i) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "line-sample");
  svg.setAttribute("viewBox", "0 0 40 10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M1 5h38");
  line.setAttribute("class", `route ${lineOf(i).ink}`);
  line.setAttribute("stroke-dasharray", lineOf(i).dashes);
  svg.append(line);
  return svg;
}

function drawAreas(node, data, spots) {
  const column = (text) => el("th", { scope: "col" }, text);
  const rows = spots.map((spot) => el("tr", {},
    el("th", { scope: "row" }, `${spot.rank}. ${spot.name}`), el("td", {}, String(data.team_of[spot.rank])),
    el("td", { class: "note" }, spot.facts)));
  replace(
    node,
    el("summary", {}, "Table of this map"),
    el("table", {},
      el("caption", {}, data.measure.title),
      el("thead", {}, el("tr", {}, column("Area"), column("Team"), column("What for"))),
      el("tbody", {}, ...rows)),
  );
}
