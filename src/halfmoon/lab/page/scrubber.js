// ---- The scrubber: one epoch for every map and chart, by hand or played; and the kind of map.

const PAUSE = 700;  // milliseconds between the epochs that are played
let playing = null;

function play(on) {
  clearInterval(playing);
  playing = on ? setInterval(advance, PAUSE) : null;
  byId("play").textContent = on ? "❚❚" : "▶";
  byId("play").setAttribute("aria-label", say(on ? "Pause" : "Play"));
}

function advance() {
  const last = data.snapshots.length - 1;
  update({ step: Math.min(state.step + 1, last) });
  if (state.step === last) play(false);
}

function togglePlay() {
  const begin = playing === null;
  if (begin && state.step === data.snapshots.length - 1) update({ step: 0 });
  play(begin);
}

function drawScrubber() {
  const slider = byId("epoch");
  slider.max = Math.max(data.snapshots.length - 1, 0);
  slider.disabled = byId("play").disabled = data.snapshots.length < 2;
  slider.addEventListener("input", () => { play(false); update({ step: Number(slider.value) }); });
  byId("play").addEventListener("click", togglePlay);
  const alone = data.seeds.map(seed => [`seed ${seed}`, say("seed {seed} alone", { seed })]);
  const kinds = [["mean", say("mean over the seeds")], ...alone, ["disagreement", say("where the seeds disagree")]];
  byId("map").replaceChildren(...kinds.map(([value, text]) => option(value, text)));
  byId("map").addEventListener("change", event => update({ map: event.target.value }));
  byId("mapping").hidden = !data.map_side || data.seeds.length < 2;
}

function showEpoch() {
  const [epoch, last] = [selectedEpoch(), data.snapshots.at(-1) ?? 0].map(each => each.toLocaleString("en"));
  const text = say("{epoch} of {last}", { epoch, last });
  byId("epoch").value = state.step;
  byId("epoch").setAttribute("aria-valuetext", say("epoch {text}", { text }));
  byId("now").textContent = text;
}

onChange(["step"], showEpoch);
