// A density surface on the map: a small grey image whose grey is the value, enlarged smoothly by the
// browser and then cut into classes, so that class borders are crisp at every zoom.

const ENLARGE = 4;

async function decode(base64) {
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  return image;
}

function enlarge(image, smooth) {
  const canvas = document.createElement("canvas");
  canvas.width = image.width * ENLARGE;
  canvas.height = image.height * ENLARGE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function lookup(classes) {
  const table = new Uint32Array(256); // ABGR in memory order; 0 is transparent
  for (const { from, colour } of classes) {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    table.fill(((225 << 24) | (b << 16) | (g << 8) | r) >>> 0, from);
  }
  return table;
}

function colourIn(pixels, classes) {
  const table = lookup(classes);
  const cells = new Uint32Array(pixels.data.buffer);
  for (let i = 0; i < cells.length; i++) cells[i] = table[cells[i] & 255];
  return pixels;
}

function clipPath(context, rings, bounds, width, height, L) {
  const crs = L.CRS.EPSG3857;
  const [[south, west], [north, east]] = bounds;
  const low = crs.project(L.latLng(south, west));
  const high = crs.project(L.latLng(north, east));
  context.beginPath();
  for (const ring of rings) {
    ring.forEach(([lat, lon], i) => {
      const at = crs.project(L.latLng(lat, lon));
      const x = ((at.x - low.x) / (high.x - low.x)) * width;
      const y = ((high.y - at.y) / (high.y - low.y)) * height;
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.closePath();
  }
}

export function surfaceLayerClass(L) {
  return L.ImageOverlay.extend({
    initialize(bounds, clip, options) {
      this._clip = clip;
      this._canvas = document.createElement("canvas");
      this._shown = null;
      L.ImageOverlay.prototype.initialize.call(this, "", bounds, options);
    },

    _initImage() {
      this._image = this._canvas;
      this._image.classList.add("leaflet-image-layer");
      if (this._zoomAnimated) this._image.classList.add("leaflet-zoom-animated");
    },

    // Draws a frame. The last frame asked for wins, however long the decoding of others takes.
    async show({ frames, classes, bounds, in_cells: inCells }, frame) {
      const base64 = frames[frame];
      this._shown = base64;
      const pixels = colourIn(enlarge(await decode(base64), !inCells), classes);
      if (this._shown !== base64) return;
      this.setBounds(bounds);
      const { width, height } = pixels;
      const whole = document.createElement("canvas");
      whole.width = width;
      whole.height = height;
      whole.getContext("2d").putImageData(pixels, 0, 0);
      this._canvas.width = width;
      this._canvas.height = height;
      const context = this._canvas.getContext("2d");
      const corners = [[bounds[0][0], bounds[0][1]], [bounds[1][0], bounds[1][1]]];
      clipPath(context, this._clip, corners, width, height, L);
      context.clip("evenodd");
      context.drawImage(whole, 0, 0);
    },
  });
}
