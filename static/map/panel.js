// The words around a map: what it shows, its legend, the ranked list and the table.

import {
  classOf, figureName, noteOf, figure, rankOf, ranking, totalName, withUnit, withheldAt,
} from "./figures.js";
import { el, replace } from "./words.js";

export function radios(legend, name, options, chosen, onChange) {
  const inputs = options.map(([value, text]) => {
    const input = el("input", { type: "radio", name, value, checked: value === chosen, "data-key": `${name} ${value}` });
    input.onchange = () => onChange(value);
    return el("label", {}, input, el("span", {}, text));
  });
  return el("fieldset", { class: "choice" }, el("legend", {}, legend), ...inputs);
}

export function checkbox(text, checked, onChange) {
  const input = el("input", { type: "checkbox", checked });
  input.onchange = () => onChange(input.checked);
  return el("label", { class: "check" }, input, el("span", {}, text));
}

const LISTED = { hotspots: "Hotspots", wards: "Wards", areas: "Focus areas" };

// What is ranked beside the map: hotspots, the areas of a plan, or the wards themselves.
export function itemsOf(data, view, frame) {
  if (data.listing !== "wards") {
    return view.hotspots[frame].map((spot) => (
      { kind: "hotspot", key: String(spot.rank), rank: spot.rank, name: spot.name, facts: spot.facts }
    ));
  }
  const { wards } = data.base;
  return ranking(view, frame, wards.length).map((i) => ({
    kind: "ward", key: wards[i].code, rank: rankOf(view, frame, i), name: wards[i].name,
    facts: [
      withUnit(view.scale, view.values[frame][i], data.measure, withheldAt(view, frame, i)), noteOf(view, frame, i),
    ]
      .filter(Boolean).join(". "),
  }));
}

// The words for figures that wards do not have, each once and in the order of the scale.
function gapsOf(view, count) {
  const found = new Set();
  view.values.forEach((values, frame) => values.slice(0, count).forEach((value, i) => {
    if (value === null) found.add(withheldAt(view, frame, i));
  }));
  const known = (view.scale.gaps ?? []).map((gap) => gap.label).filter((label) => found.has(label));
  return [...known, ...[...found].filter((words) => !known.includes(words))];
}

function sentenceCase(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function drawLegend(node, view, state, data, fills) {
  const scale = state.fill === "wards" ? view.scale : state.fill === "density" ? view.surface : null;
  const row = (sign, text) => el("li", {}, sign, text);
  const rows = (scale?.classes ?? []).map((c) => row(fills.swatch(c), c.label));
  const gaps = state.fill === "wards" ? gapsOf(view, data.base.wards.length) : [];
  const marks = [
    ...gaps.map((words) => row(fills.swatch(classOf(scale, null, words)), sentenceCase(words || "No figure"))),
    scale?.outlined && state.fill === "wards"
      ? row(el("span", { class: "swatch thick" }), scale.outlined) : null,
    data.listing === "hotspots" && state.hotspots
      ? row(el("span", { class: "swatch outline" }), "Hotspot, with its rank") : null,
    state.places ? row(el("span", { class: "dot" }), "Station") : null,
  ].filter(Boolean);
  const title = scale ? el("strong", {}, scale.title) : null;
  replace(node, title, el("ul", {}, ...rows, ...marks), scale?.note ? el("p", {}, scale.note) : null);
}

function choice(where, kind, key, chosen) {
  return {
    type: "button", "aria-pressed": String(chosen), "data-choice": `${kind} ${key}`, "data-key": `${where} ${kind} ${key}`,
  };
}

function listItem(item, chosen, onChoose) {
  const press = () => onChoose(item.kind, item.key, true);
  return el(
    "li", {},
    el("button", { ...choice("list", item.kind, item.key, chosen), onclick: press },
      item.rank ? el("span", { class: "badge", "aria-hidden": "true" }, String(item.rank)) : null,
      el("span", {}, el("strong", {}, item.name), el("span", { class: "facts" }, item.facts)),
    ),
  );
}

export function drawList({ title, note, list }, data, view, frame, isChosen, onChoose) {
  const items = itemsOf(data, view, frame);
  const what = LISTED[data.listing];
  const order = data.listing === "wards" && !view.ranks ? "by class" : "ranked";
  title.textContent = items.length ? `${what}, ${order} (${items.length})` : what;
  const none = items.length ? "" : ": no area qualifies";
  note.textContent = `${view.frames[frame]}${none}. ${view.method}`;
  replace(list, ...items.map((item) => listItem(item, isChosen(item.kind, item.key), onChoose)));
}

// The rows of the table: the wards from the highest on, then the rows that are no wards.
export function drawTable(node, data, view, frame, isChosen, onChoose) {
  const { base, measure } = data;
  const values = view.values[frame];
  const codes = base.wards.map((ward) => ward.code);
  const names = [...base.wards.map((ward) => ward.name), ...base.extra_rows];
  const noted = Boolean(view.notes?.length);
  const cells = (i) => [
    el("td", { "data-figure": figureName(view, codes, i) }, figure(view.scale, values[i], measure, withheldAt(view, frame, i))),
    ...(noted ? [el("td", { class: "note" }, noteOf(view, frame, i))] : []),
  ];
  const heading = (i) => {
    if (!onChoose || i >= codes.length) return names[i];
    const attributes = choice("table", "ward", codes[i], isChosen("ward", codes[i]));
    const press = () => onChoose("ward", codes[i], false);
    return el("button", { ...attributes, class: "row", onclick: press }, names[i]);
  };
  const order = [...ranking(view, frame, codes.length), ...base.extra_rows.map((_, i) => codes.length + i)];
  const rows = order.map((i) => el("tr", {}, el("th", { scope: "row" }, heading(i)), ...cells(i)));
  const total = view.totals[frame];
  const foot = total === null ? null : el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, "All"),
    el("td", { "data-figure": totalName(view) }, figure(view.scale, total, measure))));
  const column = (text) => el("th", { scope: "col" }, text);
  replace(
    node,
    el("summary", {}, "Table of this map"),
    el("table", {},
      el("caption", {}, `${measure.title}, ${view.frames[frame]}`),
      el("thead", {}, el("tr", {}, column("Ward"), column(measure.unit || "Class"), noted ? column("Details") : null)),
      el("tbody", {}, ...rows), foot),
  );
}
