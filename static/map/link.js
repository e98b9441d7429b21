// What a person has set on the maps of a page stands behind the # of its link: zoom, place, layers
// and time. It is written here in the browser; the server never hears of it.

const KEPT = new Map(); // also across pages, for those who go there and come back
const READERS = new Map();
let page = null; // the address that the links of now are of
let opened = location.hash; // as the page was opened, whatever is made of the address later

// What stands behind #, by the names of the maps, as it is written there.
function entries(hash) {
  return new Map(hash.replace(/^#/, "").split("&").map((entry) => entry.split("=", 2)));
}

export function read(key) {
  page = location.pathname;
  const linked = entries(location.hash || opened).get(key);
  if (linked) KEPT.set(`${page} ${key}`, linked);
  return KEPT.get(`${page} ${key}`) ?? null;
}

export function write(key, text) {
  page = location.pathname;
  if (text) KEPT.set(`${page} ${key}`, text);
  else KEPT.delete(`${page} ${key}`);
  opened = "";
  show();
}

// Streamlit writes the address anew without what stands behind #.
function show() {
  if (page !== location.pathname) return;
  const said = [...READERS.keys()].sort().filter((key) => KEPT.has(`${page} ${key}`))
    .map((key) => `${key}=${KEPT.get(`${page} ${key}`)}`);
  const wanted = said.length ? `#${said.join("&")}` : "";
  const isOther = !location.hash.includes("~"); // a heading of the page
  if (location.hash === wanted || (!wanted && isOther)) return;
  history.replaceState(history.state, "", `${location.pathname}${location.search}${wanted}`);
}

// `onChange` is told when a person changes the address of the page by hand.
export function follow(key, onChange) {
  READERS.set(key, onChange);
  return () => READERS.get(key) === onChange && READERS.delete(key);
}

addEventListener("hashchange", () => {
  for (const [key, onChange] of READERS) {
    const text = entries(location.hash).get(key);
    if (text?.includes("~")) onChange(text);
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

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

// Reads it; whatever somebody may have made of the link.
export function fromText(text) {
  const [fill, layers, mode, when, where] = (text ?? "").split("~").map(decoded);
  if (where === undefined) return null;
  const found = where.match(POSITION)?.slice(1).map(Number);
  return {
    fill, mode, when,
    hotspots: layers.includes("h"), places: layers.includes("p"),
    zoom: found?.[0] ?? null,
    centre: found ? { lat: found[1], lng: found[2] } : null,
  };
}
