// ---- Filters: by text, and by the level of each factor.

function drawFilters() {
  const text = make("input", { id: "text", type: "search", placeholder: "any words", autocomplete: "off", spellcheck: "false" });
  text.addEventListener("input", () => change({ text: text.value.trim() }));
  const levels = data.factors.map((factor, place) => choice(
    `level-${place}`, factor.name, [["", "all"], ...factor.levels.map((level, number) => [number, level])],
    value => change({ levels: state.levels.with(place, value === "" ? null : Number(value)) })));
  const all = make("button", { type: "reset" }, "Show all");
  const form = byId("filters");
  form.replaceChildren(make("span", { class: "choice" }, make("label", { for: "text" }, "Text"), text), ...levels, all);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => change({ text: "", levels: data.factors.map(() => null) }));
}

function countShown() {
  const shown = ranking.filter(passes).length;
  byId("count").textContent = `${shown} of ${counted(settings.length, "setting")} shown, in the grid, the charts and the table.`;
}

when(["text", "levels"], countShown);
