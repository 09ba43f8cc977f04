/** The network: its units as maps of the plane, its weights as edges; units are buttons, weights are read and changed where they stand. */

import { byId, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { ink } from "../base/colours.js";
import { sheet } from "../base/canvas.js";
import { short, whole } from "../base/format.js";
import { painter } from "../base/painter.js";
import { choose, shown, store, widths } from "../base/store.js";
import { say } from "../base/texts.js";
import { arrange, unitAt } from "./diagram_layout.js";
import { heads } from "./diagram_heads.js";
import { drawEdges, edgeAt, edgesOf } from "./edges.js";
import { hideTip, showTip } from "./tip.js";
import { UnitMaps } from "./unit_maps.js";
import { editWeight } from "./weight_editor.js";

const inputName = index => store.state.data.inputs[index] ?? `x${index + 1}`;

/** Many edges take longer than all else, and change slowly: they are drawn only every so many milliseconds. */
const MANY = 150;
const REST = 100;

export function diagram() {
  const head = make("div", { class: "heads" });
  const stage = make("div", { class: "stage" });
  const buttons = make("div", { class: "units", role: "group", "data-say-label": "Units", "aria-label": "Units" });
  const scroll = make("div", { class: "scroll" }, make("div", { class: "inner" }, head, stage));
  byId("diagram").append(scroll);
  const lines = sheet(stage, () => drawLines.soon());
  const maps = sheet(stage, () => draw());
  stage.append(buttons);
  let layout = null, edges = [], pointed = null, pictures = new UnitMaps(2), last = 0, maxima = null;

  function arranged() {
    const counts = widths();
    const [width, height] = [scroll.clientWidth, stage.clientHeight];
    if (!counts.length || !width || !height) return;
    layout = arrange(counts, width, height);
    edges = edgesOf(layout);
    scroll.firstChild.style.width = `${layout.width}px`;
    pictures = new UnitMaps(counts[0]);
    maxima = null;
    heads(head, layout);
    placeButtons();
    drawLines.soon();
    draw();
  }

  /** True where the newest frame is of the network that the layout shows: a change of layers comes a moment before its first frame. */
  const matches = lane => lane?.arrays.units && lane.arrays.units.shape[0] + layout.first[1] === layout.units.length;

  const draw = painter(() => {
    const lane = shown();
    if (!layout || !matches(lane)) return;
    pictures.take(lane.arrays.units, lane.arrays.unit_range.values);
    maps.clear();
    const { context } = maps;
    const { side } = layout;
    layout.units.forEach((unit, number) => {
      pictures.draw(context, number, unit.x, unit.y, side);
    });
    context.strokeStyle = ink().faint;
    context.lineWidth = 1;
    context.beginPath();
    for (const unit of layout.units) context.rect(unit.x + 0.5, unit.y + 0.5, side - 1, side - 1);
    context.stroke();
    outline(context, store.choice?.unit);
  }, "frame view theme choice");

  function outline(context, unit) {
    const found = unit && layout.units[layout.first[unit[0] + 1] + unit[1]];
    if (!found) return;
    context.strokeStyle = ink().accent;
    context.lineWidth = 3;
    context.strokeRect(found.x - 1, found.y - 1, layout.side + 2, layout.side + 2);
  }

  function drawLines(now) {
    const weights = shown()?.arrays.weights;
    if (!layout || weights?.values.length !== edges.length) return;
    if (edges.length > MANY && now - last < REST && store.state.running) return;
    lines.clear();
    const drawn = drawEdges(lines.context, edges, weights.values, layout, pointed);
    last = now;
    const text = drawn < edges.length * 0.9 ? say("{all} weights; the {drawn} strongest are drawn, and all of a unit that is pointed at", { all: whole(edges.length), drawn: whole(drawn) }) : "";
    if (text !== maxima && !pointed) byId("caption").textContent = maxima = text;
  }
  drawLines.soon = painter(drawLines, "frame view theme language");

  function placeButtons() {
    replace(buttons, ...layout.units.map(({ layer, index, x, y }, number) => {
      const isInput = layer === 0;
      const label = isInput ? say("input {name}", { name: inputName(index) }) : say("unit {unit} of layer {layer}", { unit: index + 1, layer });
      const button = make("button", { type: "button", class: "unit", "aria-label": label, tabindex: number === 0 ? 0 : -1, disabled: isInput && number > 0 });
      Object.assign(button.style, { left: `${x}px`, top: `${y}px`, width: `${layout.side}px`, height: `${layout.side}px` });
      return button;
    }));
  }

  const numberOf = button => [...buttons.children].indexOf(button);
  const unitOf = number => layout.units[number];

  buttons.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return pickWeight(event);
    const unit = unitOf(numberOf(button));
    if (unit.layer > 0) choose({ unit: [unit.layer - 1, unit.index] });
  });

  function pickWeight(event) {
    const [x, y] = [event.offsetX, event.offsetY];
    const edge = layout && edgeAt(edges, layout, x, y, shown()?.arrays.weights?.values);
    if (edge) editWeight(edge, event.clientX, event.clientY, weightName(edge));
  }

  const weightName = ({ layer, i, j }) => say("weight from {from} to unit {to} of layer {layer}", {
    from: layer === 0 ? inputName(i) : say("unit {unit} of layer {layer}", { unit: i + 1, layer }), to: j + 1, layer: layer + 1,
  });

  const point = unit => {
    if (unit?.layer === pointed?.layer && unit?.index === pointed?.index) return;
    pointed = unit ?? null;
    last = 0;
    drawLines.soon();
  };

  buttons.addEventListener("pointermove", event => {
    if (!layout) return;
    const box = buttons.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const unit = unitAt(layout, x, y);
    point(unit);
    if (unit) return showTip(event, () => unitText(unit));
    const weights = () => shown()?.arrays.weights?.values;
    const edge = edgeAt(edges, layout, x, y, weights());
    stage.classList.toggle("over-edge", Boolean(edge));
    if (edge) showTip(event, () => `${weightName(edge)}: ${short(weights()?.[edge.at], 7)}`);
    else hideTip();
  });
  buttons.addEventListener("pointerleave", () => {
    point(null);
    hideTip();
  });
  buttons.addEventListener("focusin", event => point(unitOf(numberOf(event.target))));
  buttons.addEventListener("focusout", () => point(null));

  function unitText({ layer, index }) {
    if (layer === 0) return say("input {name}", { name: inputName(index) });
    const ranges = shown()?.arrays.unit_range?.values;
    const number = layout.first[layer] + index - layout.first[1];
    const name = say("unit {unit} of layer {layer}", { unit: index + 1, layer });
    return ranges ? `${name}: ${short(ranges[2 * number])} … ${short(ranges[2 * number + 1])}` : name;
  }

  buttons.addEventListener("keydown", event => {
    const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    const now = unitOf(numberOf(document.activeElement));
    if (!steps || !now) return;
    event.preventDefault();
    const layer = Math.min(layout.first.length - 1, Math.max(0, now.layer + steps[0]));
    const count = (layout.first[layer + 1] ?? layout.units.length) - layout.first[layer];
    const index = Math.min(count - 1, Math.max(0, now.index + steps[1]));
    const next = buttons.children[layout.first[layer] + index];
    document.activeElement.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  new ResizeObserver(arranged).observe(scroll);
  let shape = "";
  on("settings data view", () => {
    const now = widths().join("-");
    if (now !== shape && now) {
      shape = now;
      arranged();
    }
  });
  on("settings language", () => layout && heads(head, layout));
  on("language", () => layout && placeButtons());
}
