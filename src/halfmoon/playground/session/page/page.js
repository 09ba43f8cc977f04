const [canvas, curve, slider, now, play] = ["map", "curve", "epoch", "now", "play"].map(byId);
const context = canvas.getContext("2d");
// After Okabe and Ito (2008), Color Universal Design: those of classes in every picture.
const COLOURS = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233]];
let timer = null;

function bytes(text) {
  return Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
}

function blend(colour, share) {
  return colour.map(part => 255 + (part - 255) * share);
}

// The colour of a place: of two classes a blend of both, of several the class by how probable it is, of numbers as of two classes.
function colourOf(value, kind) {
  if (kind !== undefined) return blend(COLOURS[kind % COLOURS.length], 0.15 + 0.6 * value / 255);
  const side = value / 127.5 - 1;
  return blend(COLOURS[side > 0 ? 1 : 0], 0.1 + 0.6 * Math.abs(side));
}

function place(point) {
  const [[low1, high1], [low2, high2]] = data.limits;
  return [(point[0] - low1) / (high1 - low1) * canvas.width, (1 - (point[1] - low2) / (high2 - low2)) * canvas.height];
}

function pointColour(label) {
  if (data.classes.length) return COLOURS[label % COLOURS.length];
  const [low, high] = data.range;
  return colourOf(255 * (label - low) / (high - low || 1));
}

function drawMap(frame) {
  const { grid } = data, values = bytes(frame.maps.boundary);
  const classes = frame.maps.boundary_class ? bytes(frame.maps.boundary_class) : null;
  const small = document.createElement("canvas");
  small.width = small.height = grid;
  const image = new ImageData(grid, grid);
  values.forEach((value, index) => image.data.set([...colourOf(value, classes?.[index]), 255], 4 * index));
  small.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  data.points.forEach((point, index) => {
    const [x, y] = place(point);
    context.beginPath();
    context.arc(x, y, 2.5, 0, 7);
    context.fillStyle = `rgb(${pointColour(data.labels[index]).join(" ")})`;
    context.strokeStyle = "white";
    context.fill();
    context.stroke();
  });
}

const known = data.curve.filter(row => typeof row[1] === "number" && row[1] > 0);
const last = Math.max(...known.map(row => row[0]), 1);
const logs = known.flatMap(row => row.slice(1)).filter(value => typeof value === "number" && value > 0).map(Math.log10);
const least = logs.length ? Math.min(...logs) : 0;
const most = logs.length ? Math.max(...logs) : 1;

function at(epoch, value) {
  return [50 + 360 * epoch / last, 10 + 210 * (most - Math.log10(value)) / (most - least || 1)];
}

function line(column) {
  const rows = known.filter(row => typeof row[column] === "number" && row[column] > 0);
  return rows.map((row, index) => `${index ? "L" : "M"}${at(row[0], row[column]).map(part => part.toFixed(1)).join(" ")}`).join("");
}

function drawCurve(epoch) {
  const [x] = at(epoch, 1);
  const ticks = [most, (most + least) / 2, least].map(power => {
    const text = makeSvg("text", { x: 45, y: 14 + 210 * (most - power) / (most - least || 1), "text-anchor": "end" });
    text.textContent = (10 ** power).toPrecision(2);
    return text;
  });
  const axis = [makeSvg("text", { x: 50, y: 240 }), makeSvg("text", { x: 410, y: 240, "text-anchor": "end" })];
  axis[0].textContent = "0";
  axis[1].textContent = say("epoch {epoch}", { epoch: last.toLocaleString() });
  curve.replaceChildren(
    makeSvg("line", { x1: 50, x2: 410, y1: 220, y2: 220 }), makeSvg("line", { x1: 50, x2: 50, y1: 10, y2: 220 }),
    makeSvg("path", { d: line(1) }), makeSvg("path", { d: line(2), class: "test" }), makeSvg("line", { x1: x, x2: x, y1: 10, y2: 220 }), ...ticks, ...axis);
}

function draw() {
  const frame = data.frames[Number(slider.value)];
  drawMap(frame);
  drawCurve(frame.epoch);
  now.value = say("epoch {epoch}, loss {loss}", { epoch: frame.epoch.toLocaleString(), loss: frame.loss === null ? "–" : Number(frame.loss).toPrecision(4) });
  document.body.dataset.epoch = frame.epoch;
}

function stop() {
  clearInterval(timer);
  timer = null;
  play.setAttribute("aria-pressed", "false");
  play.textContent = say("Play");
}

play.addEventListener("click", () => {
  if (timer) { stop(); return; }
  if (Number(slider.value) === data.frames.length - 1) slider.value = "0";
  play.setAttribute("aria-pressed", "true");
  play.textContent = say("Pause");
  timer = setInterval(() => {
    slider.value = String(Number(slider.value) + 1);
    draw();
    if (Number(slider.value) === data.frames.length - 1) stop();
  }, 120);
});
document.querySelector("#legend .test").hidden = !known.some(row => typeof row[2] === "number");
slider.max = String(data.frames.length - 1);
slider.value = slider.max;
slider.addEventListener("input", draw);
byId("title").textContent = data.title;
byId("network").textContent = data.network;
byId("ending").textContent = data.ending;
canvas.setAttribute("aria-label", say("What the network says of each place"));
curve.setAttribute("aria-label", say("The loss by epoch"));
draw();
