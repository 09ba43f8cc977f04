"use strict";

// ---- Elements: how parts of the page are made, and numbers written.

const byId = id => document.getElementById(id);

// A new element with attributes and children; text is never read as HTML.
function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function shape(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function option(value, text) {
  return make("option", { value: String(value) }, text);
}

// A select with its label; `choose` hears of the value.
function choice(id, label, options, choose) {
  const select = make("select", { id }, ...options.map(([value, text]) => option(value, text)));
  select.addEventListener("change", () => choose(select.value));
  return make("span", { class: "choice" }, make("label", { for: id }, label), select);
}

function counted(count, name) {
  return `${count.toLocaleString("en")} ${name}${count === 1 ? "" : "s"}`;
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

const minus = text => text.replace("-", "−");

// A number in so many digits that count; a dash where there is none.
function rounded(number, digits = 4) {
  if (!isNumber(number)) return "–";
  if (number === 0) return "0";
  const size = Math.abs(number);
  const plain = size >= 1e-4 && size < 1e7;
  return minus(plain ? number.toLocaleString("en", { maximumSignificantDigits: digits }) : number.toExponential(2));
}

// A score with decimals that stand below one another.
function scored(score, decimals = 4) {
  if (!isNumber(score)) return "–";
  return Math.abs(score) < 100 ? minus(score.toFixed(decimals)) : rounded(score, 3);
}

function spreadOf(row, decimals = 4) {
  if (!isNumber(row.mean)) return "no score";
  return scored(row.mean, decimals) + (isNumber(row.std) ? ` ±\u00a0${scored(row.std, decimals)}` : "");
}
