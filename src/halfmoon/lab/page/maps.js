// ---- Maps: fields as pictures on a canvas, with the rows held out.

const TINT_STRENGTH = 0.55;  // of the classes' colours, so that their points stand out
const tint = label => hex(mix(rgb(colourOf(label)), rgb(theme().paper), TINT_STRENGTH));

// A colour as a pixel of an image holds it: red in the lowest byte.
const packColour = ([red, green, blue]) => (255 << 24 | Math.round(blue) << 16 | Math.round(green) << 8 | Math.round(red)) >>> 0;
const packRamp = shades => Uint32Array.from(shades, packColour);

// What an image of maps is painted with: the colour of each pixel, and on which side of the boundary it is.
function painter(maps, margins) {
  if (state.map === "disagreement") {
    const shades = packRamp(disagreementRamp()), field = upsampled(disagreement(maps));
    return { colour: at => shades[Math.round(255 * Math.min(field[at], 1))], side: () => 0 };
  }
  const { paper, sequential } = theme();
  if (isMany) {
    const shades = data.classes.map((_, label) => packRamp(ramp([paper, tint(label)]))), { labels, shares } = votes(maps, margins);
    return { colour: (at, label) => shades[label][Math.round(255 * shares[at])], side: at => labels[at] };
  }
  const shades = packRamp(ramp(isRegression ? sequential : [tint(0), paper, tint(1)])), field = meanRaster(maps, margins);
  return { colour: at => shades[Math.round(255 * field[at])], side: at => isRegression ? 0 : Number(field[at] > 0.5) };
}

function disagreementRamp() {
  const { paper, ink, classes } = theme();
  return ramp([paper, classes[3], hex(mix(rgb(classes[3]), rgb(ink), 0.45))]);
}

// The image of some maps, with a line where the class changes.
function renderImage(maps, margins) {
  const { colour, side } = painter(maps, margins), ink = packColour(rgb(theme().ink));
  const sides = new Uint8Array(WIDTH * HEIGHT), pixels = new Uint32Array(WIDTH * HEIGHT);
  for (let at = 0; at < sides.length; at++) sides[at] = side(at);
  for (let at = 0; at < sides.length; at++) {
    const edge = at + WIDTH < sides.length && (at + 1) % WIDTH && (sides[at + 1] !== sides[at] || sides[at + WIDTH] !== sides[at]);
    pixels[at] = edge ? ink : colour(at, sides[at]);
  }
  return new ImageData(new Uint8ClampedArray(pixels.buffer), WIDTH, HEIGHT);
}

const offscreen = document.createElement("canvas");
[offscreen.width, offscreen.height] = [WIDTH, HEIGHT];

// A canvas for a map, with the names of its axes.
function framedMap() {
  const [across, up] = data.axes.map(name => make("span", { class: "axis-name", title: name }, name));
  up.classList.add("up");
  return make("div", { class: "map" }, up, make("canvas"), across);
}

// Draw a setting at an epoch; where it has no map there, say why.
function drawMap(canvas, setting, epoch) {
  const scale = Math.min(devicePixelRatio || 1, 2);
  const width = Math.max(Math.round(canvas.clientWidth * scale), 1), height = Math.round(width * HEIGHT / WIDTH);
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const found = runsWithMaps(setting, epoch);
  if (found.length) {
    offscreen.getContext("2d").putImageData(renderImage(found.map(mapValues), found.map(mapMargins)), 0, 0);
    context.drawImage(offscreen, 0, 0, width, height);
    drawPoints(context, width, height, scale);
  } else drawMissing(context, width, height, scale, reasonForNoMap(setting));
  const description = found.length ? describeMap(found.length) : reasonForNoMap(setting);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", say("{label}, epoch {epoch}: {description}", { label: settings[setting].label, epoch, description }));
  canvas.dataset.maps = found.length;
}

function describeMap(count) {
  const seeds = plural(count, "seed");
  if (state.map === "disagreement") return say("map of where {seeds} disagree", { seeds });
  return state.map === "mean" ? say("map of the mean over {seeds}", { seeds }) : say("map of seed {seed}", { seed: state.map.slice(5) });
}

function reasonForNoMap(setting) {
  const runs = runsOf[setting].filter(run => !state.map.startsWith("seed ") || state.map === `seed ${run.seed}`);
  const lost = runs.find(run => run.status !== "done");
  return lost ? STATUS_TEXTS[lost.status] : say(runs.length ? "not looked at" : "no run");
}

const fractionOf = (value, [low, high]) => high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) : 0.5;

function drawPoints(context, width, height, scale) {
  const [x0, x1, y0, y1] = data.extent, radius = Math.max(width / scale / 90, 1.6) * scale;
  const shades = isRegression ? ramp(theme().sequential) : null;
  context.lineWidth = 0.3 * radius;
  context.strokeStyle = theme().paper;
  labels.forEach((label, row) => {
    const x = (points[2 * row] - x0) / (x1 - x0) * width, y = (y1 - points[2 * row + 1]) / (y1 - y0) * height;
    const path = new Path2D(markerPath(isRegression ? "o" : markerOf(label), x, y, radius * (label && !isRegression ? 1.25 : 1)));
    context.fillStyle = shades ? css(shades[Math.round(255 * fractionOf(label, data.bounds))]) : colourOf(label);
    context.fill(path);
    context.stroke(path);
  });
}

function drawMissing(context, width, height, scale, why) {
  const { paper, ink } = theme();
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  context.strokeStyle = css(mix(rgb(ink), rgb(paper), 0.15));
  context.lineWidth = scale;
  context.beginPath();
  for (let x = -height; x < width; x += 10 * scale) { context.moveTo(x, height); context.lineTo(x + height, 0); }
  context.stroke();
  context.font = `600 ${13 * scale}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const room = context.measureText(why).width / 2 + 6 * scale;
  context.fillRect(width / 2 - room, height / 2 - 11 * scale, 2 * room, 22 * scale);
  context.fillStyle = ink;
  context.fillText(why, width / 2, height / 2);
}
