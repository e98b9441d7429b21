// The standalone file: the live map's page runs the layers that folium has made.

const { map: DATA, layers: NAMES } = JSON.parse(document.getElementById("data").textContent);
const MADE = Object.fromEntries(Object.entries(NAMES).map(([role, name]) => [role, window[name]]));

// Gives Leaflet as the live map uses it, but with folium's layers handed out, in their order,
// instead of being made a second time.
function leafletOver({ map, wards, borough, places }) {
  const handOut = (group, make) => {
    const waiting = group.getLayers();
    group.clearLayers();
    return (where, options) => waiting.shift()?.setStyle(options) ?? make(where, options);
  };
  return Object.assign(Object.create(L), {
    map: (_, options) => L.setOptions(map, options) && map,
    polygon: handOut(wards, L.polygon),
    polyline: handOut(borough, L.polyline),
    circleMarker: handOut(places, L.circleMarker),
  });
}

class ImageFrames {
  constructor(map, overlay) {
    this.map = map;
    this.overlay = overlay;
    L.setOptions(overlay, { pane: "surface" });
  }

  show(view, frame, visible) {
    if (!visible || !view.surface) {
      this.overlay.remove();
      return Promise.resolve();
    }
    this.overlay.setUrl(`data:image/png;base64,${view.surface.frames[frame]}`);
    this.overlay.setBounds(L.latLngBounds(view.surface.bounds)).addTo(this.map);
    return this.overlay.getElement().decode().catch(() => null); // the next frame came first
  }
}

class StandaloneMap extends HotspotMap {
  build() {
    super.build();
    const container = MADE.map.getContainer();
    container.className += ` ${this.canvas.className}`;
    container.setAttribute("role", this.canvas.getAttribute("role"));
    this.canvas.replaceWith(container);
    this.canvas = container;
  }

  rebase() {
    super.rebase();
    this.map.setMaxBounds(this.map.options.maxBounds); // not before it knows its size
    this.surface = new ImageFrames(this.map, MADE.surface);
  }
}

const page = new StandaloneMap(document.getElementById("page"), leafletOver(MADE));
page.update(DATA);
addEventListener("beforeprint", () => page.table.setAttribute("open", ""));
