/** Keep and share: an address, a document to save and load, Python, pictures, a replay, runs of the lab. */

import { make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { short, toNumber } from "../base/format.js";
import { ask, query } from "../base/server.js";
import { store } from "../base/store.js";
import { named, said, say } from "../base/texts.js";
import { fileButton } from "../controls/file_button.js";
import { tell } from "../controls/notice.js";
import { download, fileName } from "./download.js";
import { png, svg } from "./pictures.js";

const BUTTONS = [
  ["copy-link", "Copy a link", copyLink],
  ["save", "Save", save],
  ["python", "Python", python],
  ["png", "PNG", () => download(fileName("png"), png())],
  ["svg", "SVG", () => download(fileName("svg"), svg(), "image/svg+xml")],
  ["replay", "Replay", replay],
];

export function keep() {
  return make("div", { id: "keep" }, make("div", { class: "buttons" }, ...BUTTONS.map(([id, text, act]) => said("button", text, { type: "button", id, onclick: act }))),
    said("p", "The link holds all settings and seeds; a saved file also the points, the weights and the run so far.", { class: "faint" }),
    fileButton("load", "Load a saved file", ".json,application/json", load), runs());
}

async function copyLink() {
  const address = location.href;
  if (await copied(address)) tell(say("The link is copied."));
  else dialog("Link", address);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // a browser that lets no page write there
  }
}

async function save() {
  const reply = await ask("document");
  if (!reply.error) download(fileName("json"), JSON.stringify(reply.document), "application/json");
}

async function load(file) {
  let document;
  try {
    document = JSON.parse(await file.text());
  } catch {
    return tell(say("That file was not saved by the playground."), "fault");
  }
  const reply = await ask("load", { document });
  if (!reply.error) tell(say("Loaded, as it was at epoch {epoch}.", { epoch: reply.epoch }));
}

async function python() {
  const reply = await ask("python", { lane: store.view.lane });
  if (!reply.error) dialog("Python that makes the same run", reply.code, fileName("py"));
}

async function replay() {
  const reply = await ask("replay", { lane: store.view.lane });
  if (!reply.error) download(fileName("html"), reply.html, "text/html");
}

/** A text to read, to copy and to save. */
function dialog(title, text, name) {
  const area = make("textarea", { readonly: true, rows: Math.min(24, text.split("\n").length + 1), spellcheck: "false", ...named(title) });
  area.value = text;
  const done = make("span", { role: "status", class: "faint" });
  const copy = said("button", "Copy", { type: "button", onclick: async () => {
    area.select();
    done.textContent = (await copied(text)) ? say("copied") : say("press Ctrl+C");
  } });
  const keepFile = name ? said("button", "Save as a file", { type: "button", onclick: () => download(name, text, "text/plain") }) : "";
  const close = said("button", "Close", { type: "button", onclick: () => box.close() });
  const box = make("dialog", { class: "text", ...named(title) }, said("h2", title), area, make("div", { class: "buttons" }, copy, keepFile, close, done));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

/** Runs of the lab, where there are any; a pupil of a class has none. */
function runs() {
  const list = make("select", { id: "run" });
  const open = said("button", "Open", { type: "button", onclick: () => ask("run", { path: list.value, lane: store.view.lane }) });
  const whole = make("div", { class: "field", hidden: true }, said("label", "A run of the lab", { for: "run" }), make("span", { class: "pair" }, list, open));
  const look = async () => {
    const reply = await query("runs");
    const found = reply.runs ?? [];
    whole.hidden = !found.length;
    replace(list, ...found.map(run => make("option", { value: run.path }, `${run.setting}, ${say("seed")} ${run.seed}: ${short(toNumber(run.score))}`)));
  };
  on("view", ({ more }) => more && look());
  return whole;
}
