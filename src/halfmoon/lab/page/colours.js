// ---- Colours: those of the theme that the reader prefers, mixed and interpolated; the markers of classes.

const darkScheme = matchMedia("(prefers-color-scheme: dark)");
darkScheme.addEventListener("change", () => update({ theme: darkScheme.matches }));

const theme = () => data.colours.themes[darkScheme.matches ? "dark" : "light"];
const rgb = hex => [1, 3, 5].map(start => parseInt(hex.slice(start, start + 2), 16));
const hex = colour => `#${colour.map(part => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
const css = colour => `rgb(${colour.map(Math.round).join(" ")})`;
const mix = (one, other, share) => one.map((part, channel) => share * part + (1 - share) * other[channel]);
const colourOf = number => theme().classes[number % theme().classes.length];
const markerOf = number => data.colours.markers[number % data.colours.markers.length];

// 256 colours from the first of some to the last.
function ramp(hexes) {
  const stops = hexes.map(rgb);
  return Array.from({ length: 256 }, (_, step) => {
    const position = step / 255 * (stops.length - 1);
    const low = Math.min(Math.floor(position), stops.length - 2);
    return mix(stops[low + 1], stops[low], position - low);
  });
}

const polygon = (corners, turn) => Array.from({ length: corners }, (_, corner) => {
  const angle = 2 * Math.PI * corner / corners + turn;
  return [Math.cos(angle), Math.sin(angle)];
});

const CROSS = [
  [0, 0.4], [0.4, 0.8], [0.8, 0.4], [0.4, 0], [0.8, -0.4], [0.4, -0.8],
  [0, -0.4], [-0.4, -0.8], [-0.8, -0.4], [-0.4, 0], [-0.8, 0.4], [-0.4, 0.8],
];

// Corners around (0, 0), y downwards, by the names of matplotlib's markers.
const MARKER_CORNERS = {
  "o": polygon(16, 0), "^": polygon(3, -Math.PI / 2), "s": polygon(4, Math.PI / 4), "D": polygon(4, 0),
  "v": polygon(3, Math.PI / 2), "<": polygon(3, Math.PI), "X": CROSS,
};

const pathThrough = corners => corners.map(([x, y], number) => `${number ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

// A marker as the path of an SVG or, through Path2D, of a canvas.
function markerPath(name, x, y, size) {
  return `${pathThrough(MARKER_CORNERS[name].map(([dx, dy]) => [x + size * dx, y + size * dy]))}Z`;
}
