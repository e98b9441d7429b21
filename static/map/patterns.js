// Colours of classes with their patterns: what is told by colour is told by lines or dots too.

const SVG = "http://www.w3.org/2000/svg";
const STROKES = {
  lines: "M-2 2l4-4M0 8l8-8M6 10l4-4",
  crossed: "M0 0l8 8M8 0l-8 8",
  dots: "M2 2h0M6 6h0",
  gap: "M-2 2l4-4M0 8l8-8M6 10l4-4",
  few: "M2 2h0M6 6h0",
};
const GREY = ["gap", "few"];
const NOTHING = { colour: "#ffffff", mark: "gap" };

let sheets = 0;

function shape(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function pattern(id, { colour, mark }) {
  const isDots = mark === "dots" || mark === "few";
  return shape(
    "pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
    shape("rect", { width: 8, height: 8, fill: colour }),
    shape("path", {
      d: STROKES[mark], fill: "none", stroke: GREY.includes(mark) ? "#9aa0a6" : "#ffffff",
      "stroke-width": isDots ? 2.6 : 1.4, "stroke-linecap": isDots ? "round" : "butt",
    }),
  );
}

// The fills of one map. The sheet must be in the page, and shown, for its patterns to be drawn.
export class Fills {
  constructor() {
    this.prefix = `fill-${(sheets += 1)}`;
    this.defs = shape("defs", {});
    this.sheet = shape("svg", { width: 0, height: 0, "aria-hidden": "true", class: "fills" }, this.defs);
    this.known = new Map();
  }

  of(found) {
    const wanted = found ?? NOTHING;
    if (!wanted.mark) return wanted.colour;
    const name = `${wanted.colour}${wanted.mark}`;
    if (!this.known.has(name)) {
      const id = `${this.prefix}-${this.known.size}`;
      this.defs.append(pattern(id, wanted));
      this.known.set(name, `url(#${id})`);
    }
    return this.known.get(name);
  }

  swatch(found) {
    const area = shape("rect", { width: 22, height: 13, fill: this.of(found) });
    return shape("svg", { class: "swatch", width: 22, height: 13, "aria-hidden": "true" }, area);
  }
}
