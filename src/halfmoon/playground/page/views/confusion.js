/** Which class is taken for which: rows are the classes, columns what the network says. */

import { make, replace } from "../base/elements.js";
import { percent, whole } from "../base/format.js";
import { classCount, className, shown } from "../base/store.js";
import { said, say } from "../base/texts.js";

export const confusion = { text: "Confusion", arrays: ["confusion"], build };

function build(parent) {
  const body = make("div", { class: "matrices scroll" });
  parent.append(said("p", "Rows: what a point is. Columns: what the network says it is.", { class: "faint" }), body);
  let last = "";
  return () => {
    const arrays = shown()?.arrays ?? {};
    const found = [["confusion", "training"], ["test_confusion", "test"]].filter(([name]) => arrays[name]?.values.length && arrays[name].values.some(Boolean));
    if (!found.length && classCount()) return; // they come with the next frame
    const key = `${found.map(([name]) => arrays[name].values.join()).join("|")} ${document.documentElement.lang}`;
    if (key === last) return;
    last = key;
    replace(body, ...(found.length ? found.map(([name, text]) => matrix(arrays[name], text)) : [said("p", "There are no classes here.", { class: "faint" })]));
  };
}

function matrix({ values, shape: [k] }, text) {
  const names = Array.from({ length: k }, (_, number) => className(number));
  const head = make("tr", {}, make("th", {}, say(text)), ...names.map(name => make("th", { scope: "col" }, name)));
  const rows = names.map((name, row) => {
    const total = values.slice(row * k, row * k + k).reduce((sum, count) => sum + count, 0);
    return make("tr", {}, make("th", { scope: "row" }, name), ...names.map((_, column) => cell(values[row * k + column], total, row === column)));
  });
  return make("table", { class: "confusion" }, make("thead", {}, head), make("tbody", {}, ...rows));
}

function cell(count, total, right) {
  const share = total ? count / total : 0;
  const made = make("td", { title: percent(share), class: right ? "right" : "wrong" }, whole(count));
  made.style.setProperty("--share", `${Math.round(40 * share)}%`);
  return made;
}
