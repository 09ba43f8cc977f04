/** How the activations, or the gradients, of each layer are spread: a histogram a layer. */

import { make, replace } from "../base/elements.js";
import { sheet } from "../base/canvas.js";
import { ink } from "../base/colours.js";
import { tickLabel } from "../base/axes.js";
import { shown } from "../base/store.js";
import { said, say } from "../base/texts.js";

const EDGE = { left: 6, right: 6, top: 4, bottom: 16 };

export const activationView = { text: "Activations", arrays: ["activations"], build: parent => histograms(parent, "activations", "What the units of each layer put out, over the rows to train on.", value => value) };
export const gradientView = { text: "Gradients", arrays: ["gradients"], build: parent => histograms(parent, "gradients", "How large the gradients of each layer's weights are, |dW|, on a logarithmic axis; zeros are left out.", value => 10 ** value) };

function histograms(parent, name, note, read) {
  const body = make("div", { class: "histograms" });
  parent.append(said("p", note, { class: "faint" }), body);
  let panels = [];
  return () => {
    const { [name]: counts, [`${name}_range`]: ranges } = shown()?.arrays ?? {};
    if (!counts) return;
    const [layers, bins] = counts.shape;
    if (panels.length !== layers) panels = rebuilt(body, layers);
    panels.forEach((panel, layer) => {
      panel.title.textContent = layer === layers - 1 ? say("output") : say("Layer {layer}", { layer: layer + 1 });
      panel.show = () => draw(panel.canvas, counts.values.subarray(layer * bins, (layer + 1) * bins), [ranges.values[2 * layer], ranges.values[2 * layer + 1]], read);
      panel.show();
    });
  };
}

function rebuilt(body, count) {
  const panels = Array.from({ length: count }, () => {
    const stage = make("div", { class: "histogram" });
    const panel = { title: make("h3", {}), element: stage, canvas: null, show: () => {} };
    panel.canvas = sheet(stage, () => panel.show());
    return panel;
  });
  replace(body, ...panels.map(panel => make("div", {}, panel.title, panel.element)));
  return panels;
}

function draw({ context, width, height, clear }, counts, [low, high], read) {
  if (!width) return;
  clear();
  const most = Math.max(1, ...counts);
  const step = (width - EDGE.left - EDGE.right) / counts.length;
  const bottom = height - EDGE.bottom;
  context.fillStyle = ink().accent;
  counts.forEach((count, bin) => {
    const tall = ((bottom - EDGE.top) * count) / most;
    context.fillRect(EDGE.left + bin * step, bottom - tall, Math.max(1, step - 1), tall);
  });
  context.fillStyle = ink().faint;
  context.fillRect(EDGE.left, bottom, width - EDGE.left - EDGE.right, 1);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "bottom";
  context.textAlign = "left";
  context.fillText(tickLabel(Number(read(low).toPrecision(2))), EDGE.left, height);
  context.textAlign = "right";
  context.fillText(tickLabel(Number(read(high).toPrecision(2))), width - EDGE.right, height);
  if (read(1) === 1 && low < 0 && high > 0) context.fillRect(EDGE.left + ((0 - low) / (high - low)) * (width - EDGE.left - EDGE.right), EDGE.top, 1, bottom - EDGE.top);
}
