// ---- The headline: what was compared, which setting is best, and whether that is more than the seeds' noise.

const MOST_NAMED = 5;

function comparisonText() {
  const varied = data.factors.map(factor => `${factor.name} (${plural(new Set(factor.names).size, "value")})`).join(", ");
  const what = varied ? `What differs: ${varied}. ` : "";
  return `${what}Scored by ${data.score} on ${plural(data.rows, "row")} held out from training, the same for every run.`;
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
  return ties.length <= MOST_NAMED ? list : make("details", {}, make("summary", {}, "Which ones"), list);
}

function verdictParts() {
  const of = verdict => ranking.filter(setting => settings[setting].verdict === verdict);
  const [ties, worse, unknown] = ["tie", "worse", "unknown"].map(of);
  const parts = [];
  const say = (text, kind = "") => parts.push(make("p", { class: kind }, text));
  const others = count => count === settings.length - 1 ? "every other setting" : plural(count, "other setting");
  if (ties.length) say(`Not distinguishable from ${plural(ties.length, "other setting")} within seed noise:`);
  if (ties.length) parts.push(tieList(ties));
  if (worse.length) say(`Better than ${others(worse.length)}, beyond what seeds do.`);
  if (unknown.length) say(`Not compared with ${plural(unknown.length, "setting")} of fewer scores.`);
  if (ties.length && data.seeds.length < 2) say("With one seed no difference can be told from noise: use more.");
  if (ties.length + worse.length) say(`Decided by a ${data.test}; level ${data.level}.`, "faint");
  return parts;
}

function drawHeadline() {
  byId("title").textContent = data.title;
  byId("facts").replaceChildren(...data.facts.map(([topic, text]) => make("span", { class: "fact" }, make("small", {}, topic), ` ${text}`)));
  byId("compared").textContent = comparisonText();
  const parts = data.best === null ? [make("p", {}, "No run came to a score.")] : [
    make("div", { class: "winner" }, make("strong", {}, "Best"), ...settingParts(data.best),
      make("span", { class: "figure" }, make("small", {}, data.score), formatMeanStd(settings[data.best]))),
    ...verdictParts(),
  ];
  if (data.missing) parts.push(make("p", { class: "trouble" }, `Interrupted: ${plural(data.missing, "run")} missing.`));
  byId("verdict").replaceChildren(...parts);
}

function drawNotes() {
  const notes = [
    `A score is the mean over the seeds; behind ± stands their standard deviation. A run that diverged or failed has no score.`,
    `★ is the setting with the highest mean, ○ those whose difference from it lies within seed noise (${data.test}); p is corrected.`,
    "The difference is one between trainings, judged on the same held-out rows; how scores would be on other rows, it does not say.",
    "In brackets after a factor: the share of the scores' variance that lies between its values. The two largest make the grid at first.",
    "Bands in the charts reach from the lowest to the highest seed, lines are medians. A run that ended early keeps what it came to.",
  ];
  const some = data.rows > labels.length ? `, ${labels.length} of ${data.rows.toLocaleString("en")}` : "";
  if (data.map_side) notes.push(`Maps are made at a few epochs of each run, close together at first. Points are rows held out${some}.`);
  byId("notes").replaceChildren(...notes.map(note => make("li", {}, note)));
}
