// The ways of the teams and the places where they start and end.

import { el } from "./words.js";

const INKS = ["accent", "dark", "grey"];
const DASHES = ["none", "9 5", "2 5", "12 4 2 4"];

// Twelve teams have twelve different lines; neighbours in number differ in ink and in pattern.
export function lineOf(i) {
  return { ink: INKS[i % INKS.length], dashes: DASHES[(i + Math.floor(i / 12)) % DASHES.length] };
}

export class Routes {
  constructor(L, map) {
    this.L = L;
    this.map = map;
    this.group = L.layerGroup().addTo(map);
    const pane = map.getPane("routes") ?? map.createPane("routes");
    pane.style.zIndex = 425;
    pane.style.pointerEvents = "none";
  }

  show(teams, chosen, visible) {
    this.group.clearLayers();
    const others = (team) => chosen !== "all" && String(team.number) !== chosen;
    teams.forEach((team, i) => visible && !others(team) && this.draw(team, i));
    const bases = new Map();
    for (const team of teams.filter((one) => !others(one))) {
      const key = team.base.at.join(" ");
      bases.set(key, [...(bases.get(key) ?? []), team]);
    }
    this.bases = [...bases.values()].map((some) => this.mark(some));
  }

  labels() {
    return (this.bases ?? []).map((marker) => marker.getElement()?.querySelector(".base-name")).filter(Boolean);
  }

  draw(team, i) {
    const { ink, dashes } = lineOf(i);
    const common = { pane: "routes", interactive: false, fill: false };
    this.group.addLayer(this.L.polyline(team.lines, { ...common, className: "route-halo" }));
    this.group.addLayer(this.L.polyline(team.lines, {
      ...common, className: `route ${ink}`, dashArray: dashes === "none" ? null : dashes,
    }));
  }

  mark(teams) {
    const numbers = teams.map((team) => team.number);
    const said = numbers.length > 1 ? `Teams ${numbers.join(", ")}` : `Team ${numbers[0]}`;
    const html = el("span", { class: "base-label" }, el("span", { class: "base-mark" }), el("span", { class: "base-name" }, said));
    const icon = this.L.divIcon({ html, className: "label", iconSize: [0, 0] });
    const tip = () => el("div", {}, el("strong", {}, teams[0].base.name), el("div", {}, `${said} start and end here`));
    return this.L.marker(teams[0].base.at, { icon, pane: "badges", keyboard: false })
      .bindTooltip(tip, { className: "tip", direction: "top" }).addTo(this.group);
  }
}
