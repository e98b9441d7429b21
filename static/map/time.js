// The control of time: the whole of it, or step by step with a slider that can play.

import { radios } from "./panel.js";
import { ICONS, el, icon, replace } from "./words.js";

const STEP_MS = 900;

export class Time {
  // `onMove` is told which view and which of its frames to show.
  constructor(onMove) {
    this.onMove = onMove;
    this.timer = null;
    this.node = el("div", { class: "time", role: "group", "aria-label": "Time" });
  }

  draw(views, mode) {
    const options = Object.entries(views).filter(([, view]) => view).map(([key, view]) => [key, view.name]);
    this.views = views;
    this.slider = el("input", { type: "range", min: 0, step: 1, "aria-label": "Position in time", "data-key": "slider" });
    this.slider.oninput = () => this.goTo(Number(this.slider.value));
    this.player = el("button", { type: "button", class: "play", "data-key": "play", onclick: () => this.play(this.timer === null) });
    this.when = el("output", { class: "when" });
    const back = el("button", { type: "button", "aria-label": "One step back", onclick: () => this.stepBy(-1) }, icon(ICONS.back));
    const forward = el("button", { type: "button", "aria-label": "One step forward", onclick: () => this.stepBy(1) }, icon(ICONS.forward));
    this.stepper = el("div", { class: "stepper" }, this.player, back, this.slider, forward, this.when);
    const modes = radios("Time", "mode", options, mode, (chosen) => this.changeMode(chosen));
    this.node.hidden = options.length < 2;
    replace(this.node, modes, this.stepper);
    this.showPlayer();
  }

  changeMode(mode) {
    this.play(false);
    this.onMove({ mode, frame: mode === "whole" ? 0 : this.views[mode].frames.length - 1 });
  }

  move(view, mode, frame) {
    this.view = view;
    this.frame = frame;
    this.stepper.hidden = mode === "whole";
    this.slider.max = view.frames.length - 1;
    this.slider.value = frame;
    this.slider.setAttribute("aria-valuetext", view.frames[frame]);
    this.when.textContent = view.frames[frame];
    const radio = this.node.querySelector(`input[value="${mode}"]`);
    if (radio) radio.checked = true;
  }

  goTo(frame) {
    this.play(false);
    this.onMove({ frame });
  }

  stepBy(by) {
    const last = this.view.frames.length - 1;
    this.goTo(Math.min(last, Math.max(0, this.frame + by)));
  }

  play(on) {
    clearInterval(this.timer);
    this.timer = on ? setInterval(() => this.tick(), STEP_MS) : null;
    if (on) this.tick();
    this.showPlayer();
  }

  tick() {
    if (!this.node.isConnected) return this.play(false);
    return this.onMove({ frame: (this.frame + 1) % this.view.frames.length });
  }

  showPlayer() {
    const playing = this.timer !== null;
    this.player.setAttribute("aria-label", playing ? "Pause" : "Play through time");
    replace(this.player, icon(playing ? ICONS.pause : ICONS.play), playing ? "Pause" : "Play");
  }
}
