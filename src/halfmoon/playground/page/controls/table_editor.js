/** A table of one's own: uploaded, dropped or pasted; which column to predict, and which two to look at, or the plane of most variance. */

import { make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { ask, upload } from "../base/server.js";
import { settings, takeSettings, takeState, store } from "../base/store.js";
import { said, say } from "../base/texts.js";
import { fileButton } from "./file_button.js";
import { tell } from "./notice.js";

/** What is known of the file that was sent last: {upload, columns: [...], …}. */
let sent = null;

export function tableEditor() {
  const paste = make("textarea", { id: "table-text", rows: 3, spellcheck: "false", placeholder: "x1,x2,y\n0.5,1.2,1" });
  const use = said("button", "Use this table", { type: "button", onclick: () => take("pasted.csv", new Blob([paste.value], { type: "text/csv" })) });
  const columns = make("div", { class: "columns", hidden: true });
  const whole = make("details", { class: "table", id: "own-table" }, said("summary", "A table of your own"),
    fileButton("table-file", "Choose a CSV file", ".csv,.tsv,.txt", file => take(file.name, file)),
    make("div", { class: "field" }, said("label", "or paste it here", { for: "table-text" }), paste, use), columns);
  whole.addEventListener("dragover", event => event.preventDefault());
  whole.addEventListener("drop", event => {
    event.preventDefault();
    const [dropped] = event.dataTransfer.files;
    if (dropped) take(dropped.name, dropped);
  });
  async function take(name, body) {
    const reply = await upload(name, body);
    if (reply.error) return tell(reply.error, "fault");
    sent = reply;
    chooser(columns);
    return send(columns);
  }
  on("settings", () => { whole.open ||= settings()?.data.kind === "table"; });
  on("language", () => sent && chooser(columns));
  return whole;
}

/** Selects for the target and the two features, of the columns of the file. */
function chooser(parent) {
  const names = sent.columns.map(column => column.name);
  const numeric = sent.columns.filter(column => column.number).map(column => column.name);
  const option = name => make("option", { value: name }, name);
  const target = make("select", { id: "table-target", onchange: () => send(parent) }, ...names.map(option));
  target.value = sent.target ?? names.at(-1);
  const how = make("select", { id: "table-how", onchange: () => send(parent) },
    make("option", { value: "two" }, say("two columns")), make("option", { value: "pca" }, say("the plane of most variance (PCA)")));
  const features = numeric.filter(name => name !== target.value);
  const pair = [0, 1].map(index => make("select", { id: `table-x${index + 1}`, onchange: () => changed(index) }, ...features.map(option)));
  let before = pair.map((select, index) => select.value = sent.features?.[index] ?? features[index] ?? "");
  function changed(index) {
    const other = pair[1 - index];
    if (other.value === pair[index].value) other.value = before[index]; // they change places
    before = pair.map(select => select.value);
    send(parent);
  }
  const row = (text, control) => make("div", { class: "field" }, said("label", text, { for: control.id }), control);
  replace(parent, row("Column to predict", target), row("Inputs", how), row("across", pair[0]), row("up", pair[1]));
  parent.hidden = false;
}

async function send(parent) {
  const value = id => parent.querySelector(`#table-${id}`).value;
  const isPca = value("how") === "pca";
  for (const id of ["x1", "x2"]) parent.querySelector(`#table-${id}`).closest(".field").hidden = isPca;
  const reply = await ask("columns", { upload: sent.upload, target: value("target"), features: isPca ? "pca" : [value("x1"), value("x2")] });
  if (reply.error) return;
  if (reply.settings) takeSettings(reply.settings);
  if (reply.state) takeState(reply.state);
  else if (store.state && reply.data) takeState({ ...store.state, data: reply.data });
}
