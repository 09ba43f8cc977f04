/** Language, light or dark, and help. */

import { byId, make } from "../base/elements.js";
import { chosenTheme, chooseTheme } from "../base/colours.js";
import { LANGUAGES, named, said, speak, spoken } from "../base/texts.js";
import { on } from "../base/events.js";
import { help } from "./keyboard.js";

/** What was chosen in this browser before, or null. */
export function remembered(name) {
  try {
    return localStorage.getItem(`halfmoon-${name}`);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`halfmoon-${name}`, value);
  } catch {
    // it is asked again next time
  }
}

export function menu() {
  const language = make("select", { id: "language", "aria-label": "Language / 语言", title: "Language / 语言", onchange() {
    remember("language", language.value);
    speak(language.value);
  } }, ...Object.entries(LANGUAGES).map(([value, name]) => make("option", { value, lang: value }, name)));
  const theme = make("select", { id: "theme", ...named("Light or dark"), onchange() {
    remember("theme", theme.value);
    chooseTheme(theme.value);
  } }, ...[["auto", "auto"], ["light", "light"], ["dark", "dark"]].map(([value, text]) => said("option", text, { value })));
  on("language", () => { language.value = spoken(); });
  on("theme", () => { theme.value = chosenTheme(); });
  byId("menu").append(language, theme, make("button", { type: "button", id: "help", ...named("Keys"), onclick: help }, "?"));
}
