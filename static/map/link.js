// What a person has set on the maps of a page stands behind the # of its link: zoom, place, layers
// and time. It is written here in the browser; the server never hears of it.

const KEPT = new Map(); // also across pages, for those who go there and come back
const READERS = new Map();
let page = null; // the address that the links of now are of
let opened = location.hash; // as the page was opened, whatever is made of the address later

function entries(hash) {
  return new URLSearchParams(hash.replace(/^#/, ""));
}

function isOurs(key) {
  return /^[\w-]+$/.test(key);
}

export function read(key) {
  const linked = entries(location.hash || opened).get(key);
  return linked ?? KEPT.get(`${location.pathname} ${key}`) ?? null;
}

export function write(key, text) {
  if (!isOurs(key)) return;
  page = location.pathname;
  if (text) KEPT.set(`${page} ${key}`, text);
  else KEPT.delete(`${page} ${key}`);
  opened = "";
  show();
}

// Streamlit writes the address anew without what stands behind #.
function show() {
  if (page !== location.pathname) return;
  const said = [...KEPT].filter(([name]) => name.startsWith(`${page} `)).filter(([name]) => READERS.has(name.slice(page.length + 1)))
    .map(([name, text]) => `${name.slice(page.length + 1)}=${text.replaceAll(" ", "+")}`);
  const wanted = said.length ? `#${said.join("&")}` : "";
  if (location.hash === wanted) return;
  history.replaceState(history.state, "", `${location.pathname}${location.search}${wanted}`);
}

// `onChange` is told when a person changes the address of the page by hand.
export function follow(key, onChange) {
  READERS.set(key, onChange);
  show();
  return () => READERS.delete(key);
}

addEventListener("hashchange", () => {
  for (const [key, onChange] of READERS) {
    const text = entries(location.hash).get(key);
    if (text) onChange(text);
  }
});
for (const kind of ["popstate", "pageshow"]) addEventListener(kind, show);
globalThis.navigation?.addEventListener("currententrychange", () => setTimeout(show));

const POSITION = /^(\d{1,2}(?:\.\d+)?)\/(-?\d+\.\d+)\/(-?\d+\.\d+)$/;

// Writes a state: fill, layers, view and frame, then zoom and place where a person has moved.
export function asText({ fill, hotspots, places, mode, when, zoom, centre }) {
  const layers = `${hotspots ? "h" : ""}${places ? "p" : ""}` || "-";
  const where = centre ? `${zoom.toFixed(1)}/${centre.lat.toFixed(4)}/${centre.lng.toFixed(4)}` : "-";
  return [fill, layers, mode, when, where].map((part) => encodeURIComponent(part).replaceAll("%2F", "/")).join("~");
}

// Reads it; whatever somebody may have made of the link.
export function fromText(text) {
  const [fill, layers, mode, when, where] = (text ?? "").split("~");
  if (where === undefined) return null;
  const found = where.match(POSITION)?.slice(1).map(Number);
  return {
    fill, mode, when,
    hotspots: layers.includes("h"), places: layers.includes("p"),
    zoom: found?.[0] ?? null,
    centre: found ? { lat: found[1], lng: found[2] } : null,
  };
}
