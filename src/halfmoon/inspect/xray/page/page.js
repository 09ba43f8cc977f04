const [card, chain, choose, columns, entry] = ["card", "chain", "choose", "columns", "entry"].map(byId);
let place = 0;
let chosen = null;

function rounded(text) {
  if (/^-?\d+$/.test(text)) return text;
  const number = Number(text.replace("inf", "Infinity"));
  if (!Number.isFinite(number)) return text;
  const short = Number(number.toPrecision(5));
  return short && Math.abs(short) < 1e-4 ? short.toExponential() : String(short);
}

function at(name, array, row, column) {
  return `${name}[${array.shape.length === 1 ? column : `${row},${column}`}]`;
}

function histogram(array) {
  const most = Math.max(...array.bins, 1);
  const bars = array.bins.map((count, bin) => {
    const height = count ? Math.max(count / most, 0.04) : 0;
    return makeSvg("rect", { x: bin + 0.05, y: 1 - height, width: 0.9, height });
  });
  const label = say("histogram: {counts}", { counts: array.bins.join(", ") });
  const svg = makeSvg("svg", { viewBox: `0 0 ${array.bins.length} 1`, preserveAspectRatio: "none", role: "img", "aria-label": label }, ...bars);
  const lost = array.lost ? say("{lost} not finite", { lost: array.lost }) : "";
  const [low, high] = array.range;
  return make("figure", {}, ...(low === high ? [svg, low] : [low, svg, high]), lost);
}

// A shape as Python writes it.
const sizeOf = shape => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

function cell(array, row, column) {
  const text = array.values[row][column];
  const number = Number(text);
  const largest = Math.max(...array.values.flat().map(each => Math.abs(Number(each))).filter(Number.isFinite), 0);
  const td = make("td", { "data-exact": text, title: `${at(array.name, array, row, column)} = ${text}` }, rounded(text));
  if (number && largest) {
    td.className = number > 0 ? "positive" : "negative";
    td.style.setProperty("--strength", `${(45 * Math.min(Math.abs(number) / largest, 1)).toFixed(1)}%`);
  }
  if (array.measured) {
    const [numeric, error] = array.measured[row * array.values[0].length + column];
    td.title += `\n${say("central difference {numeric}, error {error}", { numeric, error })}`;
    td.dataset.error = error;
  }
  if (array.gradient) {
    td.dataset.node = at(array.gradient, array, row, column);
    td.tabIndex = 0;
    td.classList.toggle("chosen", td.dataset.node === chosen);
  }
  return td;
}

function matrix(array) {
  const rows = array.values.length, width = array.values[0].length;
  const named = (names, index) => names ? [String(index), make("span", { class: "feature", title: names[index] }, names[index])] : [String(index)];
  const head = make("tr", {}, make("th"), ...Array.from({ length: width }, (_, column) => make("th", { scope: "col" }, ...named(array.columnNames, column))));
  const body = array.values.map((_, row) => make("tr", {},
    make("th", { scope: "row" }, ...(array.shape.length === 1 ? [] : named(array.rowNames, row))),
    ...Array.from({ length: width }, (_, column) => cell(array, row, column))));
  return make("div", { class: "scroll" }, make("table", { "data-array": array.name }, make("thead", {}, head), make("tbody", {}, ...body)));
}

function drawArray(array) {
  const shown = array.whole ? say("whole") : say("its first {rows} × {columns}", { rows: array.values.length, columns: array.values[0].length });
  const heading = make("h2", {}, array.name, make("small", {}, `${sizeOf(array.shape)} ${array.dtype}, ${shown}`));
  const notes = [];
  if (array.measured) notes.push(make("p", { class: "faint" }, say("Central differences: largest error {worst}; that of each entry: hover over it, or click it.", { worst: array.worst })));
  if (array.direction) notes.push(make("p", { class: "faint" }, say("Along a random direction: {direction}.", { direction: array.direction })));
  return make("section", { class: "array" }, heading, histogram(array), matrix(array), ...notes);
}

function draw() {
  const now = data.cards[place];
  card.classList.toggle("wrong", Boolean(now.fault));
  card.replaceChildren(
    make("h1", {}, now.title),
    ...(now.fault ? [make("p", { class: "fault", role: "alert" }, now.fault[0].toUpperCase() + now.fault.slice(1))] : []),
    ...(now.spoiled ? [make("p", { class: "spoiled" }, now.spoiled)] : []),
    make("p", {}, now.what),
    ...(now.rules.length ? [make("div", { class: "rules" }, now.rules.join("\n"))] : []),
    make("p", { class: "shapes" }, now.shapes),
    make("div", { class: "arrays" }, ...now.arrays.map(drawArray)),
    ...now.sources.map(source => make("details", { open: "" }, make("summary", {}, source.title), make("pre", {}, source.text))));
  choose.value = String(place);
  document.getElementById("previous").disabled = place === 0;
  document.getElementById("next").disabled = place === data.cards.length - 1;
}

function go(to) {
  place = Math.min(Math.max(to, 0), data.cards.length - 1);
  history.replaceState(null, "", `#${place}`);
  draw();
  scrollTo(0, 0);
}

// The nodes from an entry to the loss; `turns` are the products that were asked for instead of the largest.
function path(node, turns) {
  const nodes = [];
  while (node && data.links[node]) {
    const link = data.links[node];
    const which = turns.get(node) ?? link.terms.findIndex(term => term.some(factor => factor.length > 2));
    nodes.push([node, link, which]);
    node = which < 0 ? null : link.terms[which].find(factor => factor.length > 2)?.[2];
  }
  return [nodes, node];
}

function drawChain(node, turns = new Map()) {
  const [nodes, missing] = path(node, turns);
  const cell = document.querySelector(`td[data-node="${CSS.escape(node)}"]`);
  const links = nodes.map(([name, link, which]) => {
    const terms = link.terms.map((term, position) => {
      const product = term.reduce((total, factor) => total * Number(factor[1]), 1);
      const factors = term.map((factor, order) => make("span", {}, `${order ? "· " : ""}${factor[0]} (${rounded(factor[1])})`));
      const button = make("button", { type: "button", class: `term${position === which ? " followed" : ""}` }, make("b", {}, rounded(String(product))));
      factors.forEach(factor => button.append(factor, " "));
      button.disabled = !term.some(factor => factor.length > 2);
      button.addEventListener("click", () => drawChain(node, new Map(turns).set(name, position)));
      return button;
    });
    const rest = link.others ? [make("p", { class: "faint" }, say("{rest} is the sum of {others} smaller ones", { rest: rounded(link.rest), others: link.others }))] : [];
    return make("div", { class: "link", "data-link": name },
      make("strong", {}, `${name} = ${rounded(link.value)}`), make("p", { class: "faint" }, link.rule), ...terms, ...rest);
  });
  const end = missing ? say('The page holds no more of this chain; ask xray.entry("{missing}").', { missing }) : say("Here the loss itself is differentiated.");
  chain.replaceChildren(closeButton(), make("h1", {}, say("Where {node} comes from", { node })),
    make("p", { class: "faint" }, say("A sum of products; the framed one, the largest unless you choose another, is followed back to the loss.")),
    ...(cell ? cell.title.split("\n").map(line => make("p", { class: "exact" }, line)) : []),
    ...links, make("p", { class: "faint" }, end));
  columns.classList.add("traced");
  chain.scrollTop = 0;
}

function trace(node) {
  chosen = node;
  drawChain(node);
  document.querySelectorAll("td[data-node]").forEach(td => td.classList.toggle("chosen", td.dataset.node === node));
  document.querySelector("td.chosen")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function refuse(text) {
  chosen = null;
  chain.replaceChildren(closeButton(), make("p", { role: "alert" }, text));
  columns.classList.add("traced");
}

function closeButton() {
  const button = make("button", { type: "button", class: "close", "aria-label": say("Close (Esc)"), title: say("Close (Esc)") }, "×");
  button.addEventListener("click", closeChain);
  return button;
}

// Close the panel; what was looked at before has the focus again.
function closeChain() {
  if (!columns.classList.contains("traced")) return;
  const node = chosen;
  chosen = null;
  chain.replaceChildren();
  columns.classList.remove("traced");
  draw();
  (document.querySelector(`td[data-node="${CSS.escape(node ?? "")}"]`) ?? entry).focus({ preventScroll: true });
}

// What an entry's name says: its array and its index, as "1.dW[2,5]", "1.W[2,5]" or "W[2,5] of layer 1".
function parts(text) {
  const found = /^(\w+)\s*\[([^\]]*)\]\s+of\s+(?:layer|step)\s+(\S+)$/.exec(text) ?? /^(?:(\S+)\.)?(\w+)\s*\[([^\]]*)\]$/.exec(text);
  if (!found) return null;
  const [letter, index, layer] = text.includes(" of ") ? found.slice(1) : [found[2], found[3], found[1]];
  return { array: layer ? `${layer}.${letter}` : letter, index: index.split(",").map(each => each.trim()) };
}

function traceNamed(text) {
  const found = parts(text), gradient = data.entries[found?.array];
  if (!gradient) return refuse(say("There is no array of that name: write 1.dW[2,5], W[2,5] of layer 1, X[0,1] or scores[0,0]."));
  const shape = data.shapes[gradient], { array, index } = found, size = sizeOf(shape);
  if (index.length !== shape.length || !index.every(each => /^-?\d+$/.test(each))) {
    const count = shape.length;
    return refuse(say("{text} must have {count} whole numbers in its brackets, as {array} is of shape {size}.", { text, count, array, size }));
  }
  const place = index.map((each, axis) => Number(each) < 0 ? Number(each) + shape[axis] : Number(each));
  if (!place.every((each, axis) => each >= 0 && each < shape[axis])) {
    return refuse(say("{text} must lie within {array}, which is of shape {size} and counted from 0.", { text, array, size }));
  }
  const node = `${gradient}[${place.join(",")}]`;
  if (!data.links[node]) return refuse(say('This page holds the chains of the entries that it shows; ask xray.entry("{name}").', { name: text }));
  return trace(node);
}

data.cards.forEach((each, position) => choose.append(make(
  "option", { value: String(position), class: each.fault ? "wrong" : "" }, `${position}  ${each.title}${each.fault ? `  ✕ ${say("wrong")}` : ""}`)));
choose.addEventListener("change", () => go(Number(choose.value)));
document.getElementById("previous").addEventListener("click", () => go(place - 1));
document.getElementById("next").addEventListener("click", () => go(place + 1));
document.getElementById("name").addEventListener("submit", event => {
  event.preventDefault();
  traceNamed(entry.value.trim());
});
card.addEventListener("click", event => { const td = event.target.closest("td[data-node]"); if (td) trace(td.dataset.node); });
document.addEventListener("keydown", event => {
  if (event.key === "Escape") closeChain();
  if (event.altKey || event.ctrlKey || event.metaKey || event.target === entry || event.target === choose) return;
  if (event.key === "ArrowLeft") go(place - 1);
  if (event.key === "ArrowRight") go(place + 1);
  if (event.key === "Enter" && event.target.dataset?.node) trace(event.target.dataset.node);
});
addEventListener("hashchange", () => go(Number(location.hash.slice(1)) || 0));
go(Number(location.hash.slice(1)) || 0);
