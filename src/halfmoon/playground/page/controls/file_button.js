/** A button that chooses a file: the browser's own speaks the browser's language, whatever the page speaks. */

import { make } from "../base/elements.js";
import { said } from "../base/texts.js";

/**
 * @param {string} id
 * @param {string} text what the button says
 * @param {string} accept the kinds of files that are offered
 * @param {(file: File) => void} take called with each file that is chosen, the same one again too
 */
export function fileButton(id, text, accept, take) {
  const input = make("input", { type: "file", id, accept, class: "unseen", onchange: () => {
    const [file] = input.files;
    name.textContent = file?.name ?? "";
    if (file) take(file);
    input.value = "";
  } });
  const name = make("span", { class: "faint" });
  return make("div", { class: "file" }, input, said("label", text, { for: id }), name);
}
