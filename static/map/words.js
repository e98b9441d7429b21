// Numbers and small pieces of page. Text only ever enters the page as text nodes, never as markup.

const GROUPED = new Map();

export function number(value, decimals = 0) {
  if (value === null || value === undefined) return "no figure";
  if (!GROUPED.has(decimals)) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    GROUPED.set(decimals, new Intl.NumberFormat("en-GB", digits));
  }
  return GROUPED.get(decimals).format(value);
}

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node[name] = value;
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// For the few places that take markup only.
export function asMarkup(text) {
  return el("span", {}, text).innerHTML;
}

export function replace(node, ...children) {
  node.replaceChildren(...children.filter((child) => child !== null));
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

export const ICONS = {
  play: "M4 2l10 6-10 6z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
  back: "M11 2v12L3 8z",
  forward: "M5 2v12l8-6z",
};
