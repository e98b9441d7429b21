// The presenter view: the slides of a briefing over the whole window, without asking the server.
// Slides come as markup that the server has escaped; nothing else here becomes markup.

import { el } from "../map/words.js";

const SWIPE_PX = 50;
const REMOUNT_MS = 600;
const FORWARD = new Set(["ArrowRight", "PageDown", " ", "Enter"]);
const BACK = new Set(["ArrowLeft", "PageUp", "Backspace"]);

// One presentation at a time. It outlives a new run of the page, which mounts the component anew.
const seen = new Set();
let current = null;

export function present({ parentElement, setTriggerValue, data, base }) {
  if (current?.opened === data.opened) clearTimeout(current.leaving);
  else if (!seen.has(data.opened)) {
    seen.add(data.opened);
    current?.close();
    current = new Presenter(data, base, isDark(parentElement));
  }
  const shown = current;
  if (shown) shown.onclosed = () => setTriggerValue("closed", data.opened);
  return () => {
    if (shown) shown.leaving = setTimeout(() => shown.close(), REMOUNT_MS);
  };
}

function isDark(element) {
  const colour = getComputedStyle(element.host ?? element).getPropertyValue("--st-background-color").trim();
  const parts = colour.match(/[0-9a-f]{2}/gi) ?? ["ff", "ff", "ff"];
  const [red, green, blue] = parts.map((part) => parseInt(part, 16));
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128;
}

function button(text, label, onclick) {
  return el("button", { type: "button", "aria-label": label, title: label, onclick }, text);
}

class Presenter {
  constructor(data, base, dark) {
    this.opened = data.opened;
    this.data = data;
    this.at = 0;
    this.host = el("div", {});
    this.root = this.host.attachShadow({ mode: "open" });
    this.build(base);
    this.colours(dark);
    document.body.append(this.host);
    this.dialog.showModal();
    this.show(0);
    this.slides[0].focus(); // and not the first button, which would take the space bar
    this.fullScreen();
  }

  build(base) {
    const style = el("style", {}, this.data.style);
    const link = el("link", { rel: "stylesheet", href: new URL("presenter/presenter.css", base).href });
    this.slides = this.data.slides.map((slide, at) => this.slide(slide, at));
    this.said = el("p", { class: "said", role: "status" });
    this.count = el("span", { class: "count", "aria-hidden": "true" });
    this.previous = button("◀ Previous", "Previous slide", () => this.show(this.at - 1));
    this.next = button("Next ▶", "Next slide", () => this.show(this.at + 1));
    this.theme = button("", "", () => this.colours(!this.dark));
    this.full = button("Full screen", "Full screen", () => this.fullScreen());
    const leave = button("Close", "Close the presenter view (Escape)", () => this.close());
    const tools = el(
      "nav", { "aria-label": "Slides" },
      this.previous, this.count, this.next, el("span", { class: "space" }), this.theme, this.full, leave,
    );
    this.stage = el("div", { class: "stage" }, el("div", { class: "slides" }, ...this.slides), tools, this.said);
    this.dialog = el("dialog", { "aria-label": `${this.data.title}, presenter view` }, this.stage);
    this.root.append(style, link, this.dialog);
    this.listen();
  }

  slide(slide, at) {
    const label = `Slide ${at + 1} of ${this.data.slides.length}`;
    const node = el("article", { class: "slide", "aria-label": label, tabindex: "0", hidden: true });
    node.innerHTML = slide.html;
    node.classList.toggle("dense", node.querySelectorAll("tbody tr").length > 12);
    return node;
  }

  listen() {
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("close", () => this.close());
    this.stage.addEventListener("touchstart", (event) => (this.from = event.changedTouches[0]), { passive: true });
    this.stage.addEventListener("touchend", (event) => this.swipe(event.changedTouches[0]));
    // Escape ends the browser's full screen and never comes here, so the view goes with it.
    this.stage.addEventListener("fullscreenchange", () => {
      if (!this.root.fullscreenElement) this.close();
    });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A button takes space and return for itself, and a wide table the arrows.
    const own = event.target.closest?.("button, summary") && [" ", "Enter"].includes(event.key);
    const wide = event.target.closest?.(".pack-table");
    if (own || (wide && wide.scrollWidth > wide.clientWidth && event.key.startsWith("Arrow"))) return;
    const last = this.slides.length - 1;
    if (event.key === "Home") this.show(0);
    else if (event.key === "End") this.show(last);
    else if (BACK.has(event.key) || (event.key === " " && event.shiftKey)) this.show(this.at - 1);
    else if (FORWARD.has(event.key)) this.show(this.at + 1);
    else return;
    event.preventDefault();
  }

  swipe(to) {
    const [across, down] = [to.clientX - this.from.clientX, to.clientY - this.from.clientY];
    if (Math.abs(across) < SWIPE_PX || Math.abs(across) < 2 * Math.abs(down)) return;
    this.show(this.at + (across < 0 ? 1 : -1));
  }

  show(wanted) {
    this.at = Math.min(Math.max(wanted, 0), this.slides.length - 1);
    this.slides.forEach((slide, at) => (slide.hidden = at !== this.at));
    this.count.textContent = `${this.at + 1} of ${this.slides.length}`;
    this.said.textContent = `Slide ${this.at + 1} of ${this.slides.length}: ${this.data.slides[this.at].title}`;
    // Not disabled: a button that has the focus would lose it, and the keys with it.
    this.previous.setAttribute("aria-disabled", this.at === 0);
    this.next.setAttribute("aria-disabled", this.at === this.slides.length - 1);
    const slide = this.slides[this.at];
    slide.scrollTop = 0;
    if (!this.root.activeElement?.closest("nav")) slide.focus();
  }

  colours(dark) {
    this.dark = dark;
    this.stage.classList.toggle("dark", dark);
    const other = dark ? "Light" : "Dark";
    this.theme.textContent = other;
    this.theme.setAttribute("aria-label", `${other} colours`);
    this.theme.title = `${other} colours`;
  }

  fullScreen() {
    // Refused where the browser has not seen a click lately; the view fills the window anyway.
    this.stage.requestFullscreen?.().catch(() => null);
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    if (this.root.fullscreenElement) document.exitFullscreen().catch(() => null);
    if (this.dialog.open) this.dialog.close();
    this.host.remove();
    if (current === this) current = null;
    this.onclosed?.();
  }
}
