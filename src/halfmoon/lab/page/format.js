// ---- Format: selects with their labels, and numbers as they are written.

function option(value, text) {
  return make("option", { value: String(value) }, text);
}

// A select with its label; `choose` is called with the value.
function labelledSelect(id, label, options, choose) {
  const select = make("select", { id }, ...options.map(([value, text]) => option(value, text)));
  select.addEventListener("change", () => choose(select.value));
  return make("span", { class: "choice" }, make("label", { for: id }, label), select);
}

const COUNTED = {
  run: (one, values) => say(one ? "{count} run" : "{count} runs", values),
  row: (one, values) => say(one ? "{count} row" : "{count} rows", values),
  seed: (one, values) => say(one ? "{count} seed" : "{count} seeds", values),
  value: (one, values) => say(one ? "{count} value" : "{count} values", values),
  setting: (one, values) => say(one ? "{count} setting" : "{count} settings", values),
  "other setting": (one, values) => say(one ? "{count} other setting" : "{count} other settings", values),
};

function plural(count, name) {
  return COUNTED[name](count === 1, { count: count.toLocaleString("en") });
}

// A score with decimals that stand below one another.
function formatScore(score, decimals = 4) {
  if (!isNumber(score)) return "–";
  return Math.abs(score) < 100 ? withMinusSign(score.toFixed(decimals)) : formatNumber(score, 3);
}

function formatMeanStd(row, decimals = 4) {
  if (!isNumber(row.mean)) return say("no score");
  return formatScore(row.mean, decimals) + (isNumber(row.std) ? ` ±\u00a0${formatScore(row.std, decimals)}` : "");
}
