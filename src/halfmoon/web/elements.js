"use strict";

// ---- Elements: the data of the page, and how parts of it are made.

const byId = id => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);

// A text in the language of the page, with values in the places of their names.
function say(text, values = {}) {
  return (data.texts?.[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// A new element with attributes and children; text is never read as HTML.
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function makeSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
