/** Keep and share: the settings in the address, a document to save and load, Python, pictures. */

import { make } from "../base/elements.js";
import { said } from "../base/texts.js";

export function keep() {
  return make("div", { id: "keep" }, said("p", "Nothing here yet.", { class: "faint" }));
}
