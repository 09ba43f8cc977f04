/** How parts of the page are made. Text is never read as HTML. */

/** @param {string} id */
export const byId = id => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * A new element with attributes and children; a key that begins with "on" is a listener, false and null leave an attribute out.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node|string|number)} children
 */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
export function makeSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.map(child => (child instanceof Node ? child : String(child))));
  return element;
}

/** Icons of 24 units, drawn by their outlines. */
const ICONS = {
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  step: "M5 4v16l10-8zM16 4h3v16h-3z",
  again: "M12 5V1L6 6l6 5V7a6 6 0 1 1-6 6H4a8 8 0 1 0 8-8z",
  dice: "M4 4h16v16H4zM7 7v3h3V7zM14 7v3h3V7zM7 14v3h3v-3zM14 14v3h3v-3z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  minus: "M5 11h14v2H5z",
  close: "M6.4 5 12 10.600 17.600 5 19 6.400 13.400 12 19 17.600 17.600 19 12 13.400 6.400 19 5 17.600 10.600 12 5 6.400z",
  undo: "M9 5 3 10l6 5v-3h5a4 4 0 0 1 0 8h-3v2h3a6 6 0 0 0 0-12H9z",
  redo: "M15 5l6 5-6 5v-3h-5a4 4 0 0 0 0 8h3v2h-3a6 6 0 0 1 0-12h5z",
  more: "M3 6h18v2H3zM3 11h18v2H3zM3 16h18v2H3z",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return makeSvg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, makeSvg("path", { d: ICONS[name], "fill-rule": "evenodd" }));
}

/** Put new children in the place of the old ones. */
export function replace(element, ...children) {
  element.replaceChildren(...children);
  return element;
}
