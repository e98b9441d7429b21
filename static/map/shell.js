// The parts of a map's page, still empty, in their order.

import { el } from "./words.js";

export function makeShell(time, openMap) {
  const parts = {
    title: el("h3", { class: "map-title" }),
    controls: el("div", { class: "controls" }),
    sentence: el("p", { class: "sentence", "aria-live": "polite" }),
    said: el("p", { class: "unseen", "aria-live": "polite" }), // to screen readers alone
    canvas: el("div", { class: "map", role: "application" }),
    legend: el("div", { class: "legend" }),
    closer: el("button", { class: "close-map", type: "button", onclick: () => openMap(false) }, "Close map"),
    opener: el("button", { class: "open-map", type: "button", onclick: () => openMap(true) }, "Open the map"),
    list: { title: el("h3", {}), note: el("p", { class: "muted" }), list: el("ol", { class: "hotspots" }) },
    caption: el("p", { class: "caption" }),
    table: el("details", { class: "table" }),
  };
  parts.panel = el("div", { class: "panel" }, parts.closer, parts.canvas, parts.legend);
  parts.side = el("section", { class: "side" }, parts.list.title, parts.list.note, parts.list.list);
  parts.page = el(
    "div", { class: "hotspot-map" }, parts.title, parts.controls, parts.sentence, parts.opener,
    el("div", { class: "body" }, parts.panel, parts.side), time, parts.caption, parts.table, parts.said,
  );
  parts.page.onkeydown = (event) => {
    if (event.key === "Escape") openMap(false);
  };
  return parts;
}
