// The card: its sections, and the curve of the loss.

function table(section) {
  const line = (tag, cells) => make("tr", {}, ...cells.map(cell => make(tag, tag === "th" ? { scope: "col" } : {}, cell)));
  const body = make("tbody", {}, ...section.rows.map(row => line("td", row)));
  const whole = make("table", {}, make("thead", {}, line("th", section.head)), body);
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": section.title }, whole);
}

function facts(pairs) {
  return make("dl", {}, ...pairs.flatMap(([label, value]) => [make("dt", {}, label), make("dd", {}, value)]));
}

// The loss over the epochs; what is not finite, which JSON has as text, is left out.
function chart(curves) {
  const series = ["loss", "val_loss"].filter(name => curves[name]);
  const points = Object.fromEntries(series.map(name =>
    [name, curves[name].map((y, at) => [curves.epoch[at], y]).filter(([, y]) => typeof y === "number")]));
  const all = Object.values(points).flat();
  if (all.length < 2) return null;
  const ends = axis => [Math.min(...all.map(point => point[axis])), Math.max(...all.map(point => point[axis]))];
  const [[left, right], [low, high]] = [ends(0), ends(1)];
  const place = ([x, y]) => `${100 * (x - left) / (right - left || 1)},${95 - 90 * (y - low) / (high - low || 1)}`;
  const lines = series.map(name => makeSvg("polyline", {
    class: name === "loss" ? "training" : "validation", points: points[name].map(place).join(" "),
  }));
  const rounded = number => Number(number.toPrecision(4));
  const values = { low: rounded(low), high: rounded(high), first: left, last: right };
  const label = say("The loss over the epochs {first} to {last}, from {low} to {high}", values);
  const caption = series.length > 1 ? `${label}; ${say("dashed: on the rows for validation")}` : label;
  const svg = makeSvg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": label }, ...lines);
  return make("figure", {}, svg, make("figcaption", {}, caption));
}

const card = byId("card");
card.append(make("h1", {}, data.title));
for (const section of data.sections) {
  card.append(make("h2", {}, section.title));
  if (section.facts.length) card.append(facts(section.facts));
  if (section.rows.length) card.append(table(section));
  if (section.note) card.append(make("p", { class: "note" }, section.note));
}
const drawn = data.curves && chart(data.curves);
if (drawn) card.append(drawn);
