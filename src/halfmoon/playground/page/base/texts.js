/**
 * What people read, in English or Chinese. An English text is its own key; what stands in a page already is said again when the
 * language changes: elements made by `said`, and those of index.html with `data-say` or `data-say-label`.
 */

import { make } from "./elements.js";
import { emit } from "./events.js";
import { CHINESE } from "./texts_zh.js";

export const LANGUAGES = { en: "English", zh: "中文" };

let language = "en";

/** English texts that were asked for in Chinese and have none: for tests. */
export const missing = new Set();

export const spoken = () => language;

/**
 * A text in the language of the page, with values in the places of their names.
 * @param {string} text
 * @param {Record<string, string|number>} [values]
 */
export function say(text, values = {}) {
  const said = language === "zh" && Object.hasOwn(CHINESE, text) ? CHINESE[text] : unsaid(text);
  return said.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

function unsaid(text) {
  if (language === "zh" && /(^|\s)[a-z]{3,}(\s|$)/.test(text)) missing.add(text); // names such as ReLU are the same
  return text;
}

/** An element that says a text in whatever language the page speaks. */
export function said(tag, text, attributes = {}, ...children) {
  return make(tag, { ...attributes, "data-say": text }, say(text), ...children);
}

/** Attributes of a control that is named by a text rather than by what it shows. */
export function named(text) {
  return { "data-say-label": text, "aria-label": say(text), title: say(text) };
}

/** Speak a language from now on, everywhere. */
export function speak(chosen) {
  language = Object.hasOwn(LANGUAGES, chosen) ? chosen : "en";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = say("Halfmoon playground");
  for (const element of document.querySelectorAll("[data-say]")) {
    const first = element.firstChild;
    if (first?.nodeType === Node.TEXT_NODE) first.nodeValue = say(element.dataset.say);
    else element.prepend(say(element.dataset.say));
  }
  for (const element of document.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", say(element.dataset.sayLabel));
    if (element.hasAttribute("title")) element.setAttribute("title", say(element.dataset.sayLabel));
  }
  for (const element of document.querySelectorAll("[data-say-hint]")) element.setAttribute("placeholder", say(element.dataset.sayHint));
  emit("language");
}

/** The language the page begins in: the one of its address, the one chosen last, else the browser's. */
export function firstLanguage(asked) {
  const wanted = asked || remembered() || navigator.language || "en";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function remembered() {
  try {
    return localStorage.getItem("halfmoon-language");
  } catch {
    return null; // a browser that keeps nothing
  }
}
