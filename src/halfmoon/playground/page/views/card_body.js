/** What a card holds, as elements. */

import { make } from "../base/elements.js";
import { exact, short, toNumber } from "../base/format.js";

/** @returns {Node[]} */
export function cardBody(card) {
  const rules = [card.rules ?? card.formula ?? []].flat();
  const parts = [];
  if (card.what) parts.push(make("p", {}, card.what));
  if (rules.length) parts.push(make("pre", { class: "rules" }, rules.join("\n")));
  for (const table of card.tables ?? (card.rows ? [card] : [])) parts.push(tableOf(table));
  return parts;
}

function tableOf({ title, columns, rows }) {
  const head = columns ? [make("thead", {}, make("tr", {}, ...columns.map(name => make("th", {}, name))))] : [];
  const body = make("tbody", {}, ...rows.map(row => make("tr", {}, ...Object.values(row).map((value, index) => cell(value, index === 0)))));
  return make("div", { class: "scroll" }, title ? make("h3", {}, title) : "", make("table", {}, ...head, body));
}

function cell(value, first) {
  const number = toNumber(value);
  if (first || (typeof value === "string" && Number.isNaN(number) && value !== "nan")) return make(first ? "th" : "td", {}, value);
  return make("td", { title: exact(number), class: number < 0 ? "negative" : "positive" }, short(number, 5));
}
