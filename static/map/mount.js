// Where Streamlit's components enter.

import { LiveMap } from "./live_map.js";
import { el } from "./words.js";

const STYLES = ["vendor/leaflet/leaflet.css", "map/hotspot_map.css"];
const INSTANCES = new WeakMap();
const onShow = new Map(); // the maps on the page by their names
const rests = new Map(); // all views of a map, once they are there: the two parts may come in either order

let latest = ""; // the name of the map begun last: a rest without a name is of that one
let leaflet = null;

function loadLeaflet(base) {
  leaflet ??= new Promise((resolve, reject) => {
    const script = el("script", { src: new URL("vendor/leaflet/leaflet.js", base).href });
    script.onload = () => resolve(window.L);
    script.onerror = () => reject(new Error("The map's library could not be loaded."));
    document.head.append(script);
  });
  return leaflet;
}

function loadStyle(root, href) {
  return new Promise((resolve) => {
    const link = el("link", { rel: "stylesheet", href, onload: resolve, onerror: resolve });
    root.append(link);
  });
}

// Plans have a map of their own, which the other pages need not load.
async function kindOf(data) {
  return data.listing === "areas" ? (await import("./plan_map.js")).PlanMap : LiveMap;
}

function begin(entry) {
  const { asks } = entry.waiting;
  const rest = rests.get(asks.key) ?? (asks.key === latest ? rests.get("") : undefined);
  const isFirst = !entry.map.data;
  entry.map.ask(asks, entry.send);
  entry.more ||= Boolean(rest);
  entry.map.begin(entry.waiting, entry.more && !isFirst);
  if (isFirst && rest) entry.map.update(rest);
}

// Called by Streamlit's component each time the data or the theme changes.
export function mount({ parentElement, setTriggerValue, data, base }) {
  let entry = INSTANCES.get(parentElement);
  const isNew = !entry;
  if (isNew) {
    entry = { map: null };
    INSTANCES.set(parentElement, entry);
  }
  Object.assign(entry, { waiting: data, send: setTriggerValue });
  latest = data.asks.key;
  onShow.set(latest, entry);
  if (isNew) {
    const styled = STYLES.map((path) => loadStyle(parentElement, new URL(path, base).href));
    Promise.all([loadLeaflet(base), kindOf(data), ...styled]).then(([L, Kind]) => {
      entry.map = new Kind(parentElement, L);
      begin(entry);
    });
  } else if (entry.map) begin(entry);
  return () => {
    entry.map?.destroy();
    INSTANCES.delete(parentElement);
    if (onShow.get(data.asks.key) === entry) onShow.delete(data.asks.key);
  };
}

// Called by the second component with all views of the map that `mount` has begun to show.
export function complete({ data }) {
  rests.set(data.of, data);
  const map = onShow.get(data.of || latest)?.map;
  if (map) map.update(data);
  return () => rests.delete(data.of);
}
