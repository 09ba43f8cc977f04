// ---- The headline: what was compared, which setting is best, and whether that is more than the seeds' noise.

const MOST_NAMED = 5;

function comparisonText() {
  const varied = data.factors.map(factor => `${factor.name} (${plural(new Set(factor.names).size, "value")})`).join(", ");
  const what = varied ? say("What differs: {varied}. ", { varied }) : "";
  const rows = plural(data.rows, "row");
  return what + say("Scored by {score} on {rows} held out from training, the same for every run.", { score: data.score, rows });
}

// A setting in words, its values set off from their names.
function settingParts(setting) {
  if (!data.factors.length) return [settings[setting].label];
  return data.factors.map(factor => make("span", { class: "value" }, make("small", {}, factor.name), factor.names[setting]));
}

function tieList(ties) {
  const items = ties.map(setting => {
    const button = make("button", { type: "button", "data-setting": setting }, settings[setting].label);
    button.addEventListener("click", () => toggleSelected(setting));
    return make("li", {}, button, ` ${formatMeanStd(settings[setting])}`);
  });
  const list = make("ul", { class: "ties" }, ...items);
  return ties.length <= MOST_NAMED ? list : make("details", {}, make("summary", {}, say("Which ones")), list);
}

function verdictParts() {
  const of = verdict => ranking.filter(setting => settings[setting].verdict === verdict);
  const [ties, worse, unknown] = ["tie", "worse", "unknown"].map(of);
  const parts = [];
  const add = (text, kind = "") => parts.push(make("p", { class: kind }, text));
  const others = count => count === settings.length - 1 ? say("every other setting") : plural(count, "other setting");
  if (ties.length) add(say("Not distinguishable from {others} within seed noise:", { others: plural(ties.length, "other setting") }));
  if (ties.length) parts.push(tieList(ties));
  if (worse.length) add(say("Better than {others}, beyond what seeds do.", { others: others(worse.length) }));
  if (unknown.length) add(say("Not compared with {settings} of fewer scores.", { settings: plural(unknown.length, "setting") }));
  if (ties.length && data.seeds.length < 2) add(say("With one seed no difference can be told from noise: use more."));
  if (ties.length + worse.length) add(say("Decided by a {test}; level {level}.", { test: data.test, level: data.level }), "faint");
  return parts;
}

function drawHeadline() {
  byId("title").textContent = data.title;
  byId("facts").replaceChildren(...data.facts.map(([topic, text]) => make("span", { class: "fact" }, make("small", {}, topic), ` ${text}`)));
  byId("compared").textContent = comparisonText();
  const parts = data.best === null ? [make("p", {}, say("No run came to a score."))] : [
    make("div", { class: "winner" }, make("strong", {}, say("Best")), ...settingParts(data.best),
      make("span", { class: "figure" }, make("small", {}, data.score), formatMeanStd(settings[data.best]))),
    ...verdictParts(),
  ];
  if (data.missing) parts.push(make("p", { class: "trouble" }, say("Interrupted: {runs} missing.", { runs: plural(data.missing, "run") })));
  byId("verdict").replaceChildren(...parts);
}

function drawNotes() {
  const notes = [
    say("A score is the mean over the seeds; behind ± stands their standard deviation. A run that diverged or failed has no score."),
    say("★ is the setting with the highest mean, ○ those whose difference from it lies within seed noise ({test}); p is corrected.",
      { test: data.test }),
    say("The difference is one between trainings, judged on the same held-out rows; how scores would be on other rows, it does not say."),
    say("In brackets after a factor: the share of the scores' variance that lies between its values. The two largest make the grid at first."),
    say("Bands in the charts reach from the lowest to the highest seed, lines are medians. A run that ended early keeps what it came to."),
  ];
  const some = data.rows > labels.length
    ? say(", {shown} of {rows}", { shown: labels.length, rows: data.rows.toLocaleString("en") }) : "";
  if (data.map_side) {
    notes.push(say("Maps are made at a few epochs of each run, close together at first. Points are rows held out{some}.", { some }));
  }
  byId("notes").replaceChildren(...notes.map(note => make("li", {}, note)));
}
