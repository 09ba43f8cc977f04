// ---- Filters: by text, and by the level of each factor.

function drawFilters() {
  const text = make("input", { id: "text", type: "search", placeholder: say("any words"), autocomplete: "off", spellcheck: "false" });
  text.addEventListener("input", () => update({ text: text.value.trim() }));
  const levels = data.factors.map((factor, index) => labelledSelect(
    `level-${index}`, factor.name, [["", say("all")], ...factor.levels.map((level, number) => [number, level])],
    value => update({ levels: state.levels.with(index, value === "" ? null : Number(value)) })));
  const all = make("button", { type: "reset" }, say("Show all"));
  const form = byId("filters");
  form.replaceChildren(make("span", { class: "choice" }, make("label", { for: "text" }, say("Text")), text), ...levels, all);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => update({ text: "", levels: data.factors.map(() => null) }));
}

function showCount() {
  const shown = ranking.filter(passesFilters).length;
  byId("count").textContent = say("{shown} of {settings} shown.", { shown, settings: plural(settings.length, "setting") });
}

onChange(["text", "levels"], showCount);
