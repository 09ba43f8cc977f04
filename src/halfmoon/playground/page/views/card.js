/** The X-ray card of what was clicked: its formula and its numbers, kept up to date while it trains. */

import { byId, icon, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { short } from "../base/format.js";
import { query } from "../base/server.js";
import { choose, store } from "../base/store.js";
import { named, say } from "../base/texts.js";
import { pointCard } from "./card_point.js";
import { stepCards } from "./card_steps.js";
import { unitCard } from "./card_unit.js";

/** What each kind of card holds. */
const BODIES = { unit: unitCard, row: stepCards, point: pointCard };

/** A card is asked for again this often at most, in milliseconds. */
const EVERY = 250;

/** The row or the place that a unit's card shows the unit at: what was looked at last, from the first the first row. */
let probe = { row: 0 };

export function card() {
  const box = byId("card");
  const title = make("h2", {});
  const where = make("p", { class: "faint" });
  const body = make("div", { class: "body" });
  box.append(make("header", {}, title, make("button", { type: "button", class: "plain", ...named("Close"), onclick: () => choose(null) }, icon("close"))), where, body);
  let asking = false, again = false, last = 0, timer = 0, shownFrame = -1;

  async function update(force = false) {
    const { choice } = store;
    if (asking) again ||= force; // what is on its way is in the language, or of the step, before
    if (!choice || asking || (!force && store.frame?.frame === shownFrame)) return;
    if (!force && performance.now() - last < EVERY) return later();
    if (box.contains(document.activeElement) && document.activeElement.matches("input, select") && !force) return;
    asking = true;
    last = performance.now();
    shownFrame = store.frame?.frame;
    const reply = await query("xray", { lane: store.view.lane, ...(choice.unit ? { unit: choice.unit } : {}), ...asked(probe) });
    asking = false;
    if (again || choice !== store.choice) {
      again = false;
      return void update(true);
    }
    if (reply.error) return choose(null);
    title.textContent = titleOf(choice);
    where.textContent = choice.unit ? say("for {what}", { what: placeOf(probe) }) : "";
    const { scrollTop } = box;
    replace(body, ...BODIES[reply.card.kind](reply.card));
    box.scrollTop = scrollTop;
    if (store.frame?.frame !== shownFrame) later();
  }

  /** Look again in a while: there may be no other frame that asks for it. */
  function later() {
    timer ||= setTimeout(() => {
      timer = 0;
      update();
    }, EVERY);
  }

  on("choice", () => {
    const { choice } = store;
    if (choice?.row !== undefined) probe = { row: choice.row };
    else if (choice?.point) probe = { point: choice.point };
    box.hidden = choice === null;
    document.body.classList.toggle("with-card", choice !== null);
    title.textContent = choice ? titleOf(choice) : "";
    if (choice) update(true);
  });
  on("frame", () => update());
  on("language card", () => update(true));
  on("data", () => {
    probe = { row: 0 };
    if (store.choice) choose(null);
  });
  on("settings", () => store.choice?.unit && store.choice.unit[0] >= (store.state.lanes[store.view.lane]?.widths.length ?? 1) - 1 && choose(null));
}

/** A row that is trained on, by its number among those; a row of the test, which has none, by its place. */
function asked({ row, point }) {
  if (row === undefined) return { point };
  const { points, test, training_rows: trained, test_rows: tested } = store.state.data;
  if (test[row] || points.length < trained + tested) return { point: points[row] };
  return { row: test.slice(0, row).filter(isTest => !isTest).length };
}

function titleOf({ unit, row, point }) {
  if (unit) return say("unit {unit} of layer {layer}", { unit: unit[1] + 1, layer: unit[0] + 1 });
  return placeOf(row === undefined ? { point } : { row });
}

/** A row with its number and its place, or a place. */
function placeOf({ row, point }) {
  const { data } = store.state;
  const at = point ?? data.points[row];
  const place = at.map((value, index) => `${data.names[index]} = ${short(value, 4)}`).join(", ");
  return row === undefined ? place : say("row {row} ({place})", { row: (data.rows?.[row] ?? row) + 1, place });
}
