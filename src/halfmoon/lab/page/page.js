// ---- The page: everything is drawn once, and again as far as a choice changes it.

[drawHeadline, drawFilters, drawScrubber, drawAxes, drawScales, buildTable, drawNotes].forEach(draw => draw());
update(state);

let waiting = null;
addEventListener("resize", () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => update({ width: innerWidth }));
});
