// What a map says of a ward: its class, its figure in words, what else is known, and its rank.

import { number } from "./words.js";

// What stands for a figure that is withheld, if it is.
export function withheldAt(view, frame, i) {
  return view.withheld?.[frame]?.[i] ?? "";
}

// The class of a figure; of one that is withheld the class with these words, of none nothing.
export function classOf(scale, value, words = "") {
  if (value === null || value === undefined) return scale.gaps?.find((gap) => gap.label === words) ?? null;
  return scale.classes.find((c) => value <= c.upto) ?? scale.classes[scale.classes.length - 1];
}

// A figure as it is shown, without its unit.
export function figure(scale, value, measure, words = "") {
  if (value === null || value === undefined) return words || number(value);
  if (scale.kind === "classes") return scale.classes[value].label;
  const text = number(Math.abs(value), measure.decimals);
  return scale.kind === "change" && value > 0 ? `+${text}` : value < 0 ? `-${text}` : text;
}

export function withUnit(scale, value, measure, words = "") {
  const text = figure(scale, value, measure, words);
  return value === null || scale.kind === "classes" || !measure.unit ? text : `${text} ${measure.unit}`;
}

export function noteOf(view, frame, i) {
  return view.notes?.[frame]?.[i] ?? "";
}

// Positions of the wards: the highest figure first, or the first class; those without one last.
export function ranking(view, frame, count) {
  const ranks = view.ranks?.[frame];
  const values = ranks ? ranks.map((rank) => (rank ? -rank : null)) : view.values[frame];
  const sign = view.scale.kind === "classes" ? 1 : -1;
  const order = Array.from({ length: count }, (_, i) => i);
  const last = (i) => (values[i] === null ? 1 : 0);
  return order.sort((a, b) => last(a) - last(b) || sign * (values[a] - values[b]) || a - b);
}

// The rank of a ward as the tables write it, with = where others share it.
export function rankOf(view, frame, i) {
  const ranks = view.ranks?.[frame];
  if (!ranks) return "";
  if (!ranks[i]) return "–";
  return ranks.filter((rank) => rank === ranks[i]).length > 1 ? `${ranks[i]} =` : `${ranks[i]}`;
}

// The names that figures carry, for those who compare them with other pages; see the table.
export function figureName(view, codes, i) {
  if (!view.figure) return null;
  if (i < codes.length) return `ward.${codes[i]}.${view.figure}`;
  if (view.figure !== "count") return null;
  return i === codes.length ? "outside" : "not_located";
}

export function totalName(view) {
  return view.figure === "count" ? "incidents" : null;
}
