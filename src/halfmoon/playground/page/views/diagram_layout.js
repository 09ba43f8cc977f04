/** Where each unit of the diagram stands. Pure arithmetic: nothing here touches the page. */

const GAP = 4;
const SIDE = { least: 12, most: 52 };
/** Share of the width that stays free for edges. */
const FREE = 0.45;
const MARGIN = 8;
const LEAST_BETWEEN = 34;
/** Heads over two neighbours need so much from middle to middle; those of the inputs and the outputs are narrower. */
const HEAD = { hidden: 90, end: 72 };

/**
 * @typedef {Object} Layout
 * @property {number} side of a unit's square, in pixels
 * @property {number} width of the whole
 * @property {{left: number, right: number, middle: number, columns: number}[]} layers from the inputs to the outputs
 * @property {{layer: number, index: number, x: number, y: number}[]} units left upper corners, layer by layer
 * @property {number[]} first unit of each layer
 */

/**
 * Arrange layers of units within a width and a height: units as large as they fit, a wide layer in several columns.
 * @param {number[]} widths of the inputs, the hidden layers and the outputs
 * @returns {Layout}
 */
export function arrange(widths, width, height) {
  let side = SIDE.most;
  while (side > SIDE.least && !fits(widths, side, width, height)) side -= 1;
  const columns = columnsOf(widths, side, height);
  const spans = columns.map(count => count * (side + GAP) - GAP);
  const taken = spans.reduce((sum, span) => sum + span, 0);
  const gaps = shared(leastGaps(spans), width - 2 * MARGIN - taken);
  const layers = [];
  let left = MARGIN;
  for (const [index, span] of spans.entries()) {
    layers.push({ left, right: left + span, middle: left + span / 2, columns: columns[index] });
    left += span + gaps[index];
  }
  const units = [];
  const first = [];
  widths.forEach((count, layer) => {
    first.push(units.length);
    const rows = Math.ceil(count / columns[layer]);
    const top = (height - rows * (side + GAP) + GAP) / 2;
    for (let index = 0; index < count; index += 1) {
      const [column, row] = [Math.floor(index / rows), index % rows];
      units.push({ layer, index, x: layers[layer].left + column * (side + GAP), y: Math.max(0, top) + row * (side + GAP) });
    }
  });
  return { side, width: Math.max(width, layers.at(-1).right + MARGIN), layers, units, first };
}

const headsNeed = (index, count) => (index === 1 || index === count - 1 ? HEAD.end : HEAD.hidden);

/** What lies between each layer and the next at least, for edges and for the heads above. */
function leastGaps(spans) {
  return spans.slice(1).map((span, index) => Math.max(LEAST_BETWEEN, headsNeed(index + 1, spans.length) - (span + spans[index]) / 2));
}

/** Gaps that share a room: as wide as one another, but for those that need more. */
function shared(least, room) {
  let count = least.length;
  for (const gap of [...least].sort((one, other) => other - one)) {
    if (gap * count <= room) break;
    [room, count] = [room - gap, count - 1];
  }
  return least.map(gap => Math.max(gap, count ? room / count : 0));
}

function columnsOf(widths, side, height) {
  const rows = Math.max(1, Math.floor((height + GAP) / (side + GAP)));
  return widths.map(count => Math.ceil(count / rows));
}

function fits(widths, side, width, height) {
  const columns = columnsOf(widths, side, height);
  const spans = columns.map(count => count * (side + GAP) - GAP);
  const taken = spans.reduce((sum, span) => sum + span, 0);
  const room = Math.min(width * (1 - FREE), width - 2 * MARGIN - leastGaps(spans).reduce((sum, gap) => sum + gap, 0));
  return taken <= room && (side <= 28 || columns.every(count => count === 1));
}

/** The unit at a point, or undefined. */
export function unitAt(layout, x, y) {
  return layout.units.find(unit => x >= unit.x - GAP / 2 && y >= unit.y - GAP / 2 && x < unit.x + layout.side + GAP / 2 && y < unit.y + layout.side + GAP / 2);
}
