// ---- Charts: a frame with axes, and what is drawn in it.

const SIZE = { width: 440, height: 330 };
const MARGINS = { right: 12, top: 10, bottom: 44 };
const NAME_WIDTH = 26, CHARACTER_WIDTH = 7; // to the left of an axis: its name, and what its ticks say

// A chart with both axes named; `draw` returns what lies between them.
function chart(caption, [xRange, yRange], [xName, yName], draw) {
  const longest = Math.max(...linearTicks(...yRange).map(tick => formatNumber(tick, 3).length));
  const left = NAME_WIDTH + CHARACTER_WIDTH * longest;
  const x = scale(xRange, [left, SIZE.width - MARGINS.right]), y = scale(yRange, [SIZE.height - MARGINS.bottom, MARGINS.top]);
  const bottom = SIZE.height - MARGINS.bottom, right = SIZE.width - MARGINS.right;
  const xTicks = x.ticks.map(tick => {
    const text = formatNumber(tick, 3), last = SIZE.width - CHARACTER_WIDTH * text.length / 2; // where it is not cut off
    return makeSvg("text", { x: Math.min(x.toPixel(tick), last), y: bottom + 16, "text-anchor": "middle" }, text);
  });
  const yTicks = y.ticks.flatMap(tick => [
    makeSvg("line", { class: "rule", x1: left, x2: right, y1: y.toPixel(tick), y2: y.toPixel(tick) }),
    makeSvg("text", { x: left - 6, y: y.toPixel(tick) + 4, "text-anchor": "end" }, formatNumber(tick, 3)),
  ]);
  const middle = (MARGINS.top + bottom) / 2;
  const names = [
    makeSvg("text", { x: (left + right) / 2, y: SIZE.height - 6, "text-anchor": "middle" }, xName),
    makeSvg("text", { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, yName),
  ];
  const axis = makeSvg("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom });
  const view = { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: "img", "aria-label": caption };
  const svg = makeSvg("svg", view, ...yTicks, ...xTicks, axis, ...names, ...draw(x, y));
  return make("figure", {}, make("figcaption", {}, caption), svg);
}

// The smallest and the largest of some numbers, apart by at least something.
function rangeOf(numbers) {
  const low = Math.min(...numbers), high = Math.max(...numbers);
  const room = (high - low) * 0.03 || Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}

function lineBetween(x, y, [x1, y1], [x2, y2], name) {
  return makeSvg("line", { class: name, x1: x.toPixel(x1), y1: y.toPixel(y1), x2: x.toPixel(x2), y2: y.toPixel(y2) });
}

function dot(x, y, [across, up], radius, name, title) {
  const text = title ? [makeSvg("title", {}, title)] : [];
  return makeSvg("circle", { class: name, cx: x.toPixel(across), cy: y.toPixel(up), r: radius }, ...text);
}
