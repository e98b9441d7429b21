// Names on the map: in two lines where they are long, and none over another.

import { el } from "./words.js";

const ASIDE = [[0, 0], [0, -15], [0, 15], [-26, 0], [26, 0], [0, -28], [0, 28], [-30, -18], [-30, 18]];

function label(lines, kind) {
  const inner = el("span", { class: kind });
  lines.forEach((line, i) => inner.append(...(i ? [el("br"), line] : [line])));
  return inner;
}

export function textMarker(L, at, lines, kind, pane) {
  const html = label(lines, kind);
  const icon = L.divIcon({ html, className: "label", iconSize: [0, 0] });
  return L.marker(at, { icon, pane, interactive: false, keyboard: false });
}

export function inTwoLines(name) {
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
