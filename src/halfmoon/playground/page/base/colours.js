/**
 * Colours by number, never by JSON: those of the library's plots (Okabe and Ito, Color Universal Design, 2008). Class 0 and what is
 * negative share the first, class 1 and what is positive the second.
 */

import { emit } from "./events.js";

export const COLOURS = {
  light: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"],
  dark: ["#56B4E9", "#F0803C", "#2CC79A", "#E3A0C6", "#F2BC4B", "#A8DAF7"],
};
const PAPER = { light: "#ffffff", dark: "#16181d" };
const ENDS = { light: ["#004A75", "#8F3D00"], dark: ["#B5E0FA", "#FFC9A3"] };

/** Beyond six classes the colours begin anew; the server allows no more. */
export const classColour = number => COLOURS[theme()][number % COLOURS.light.length];

let chosen = "auto";
const wantsDark = matchMedia("(prefers-color-scheme: dark)");

/** "light" or "dark", as it is now. */
export const theme = () => (chosen === "auto" ? (wantsDark.matches ? "dark" : "light") : chosen);
export const chosenTheme = () => chosen;

/** @param {"auto"|"light"|"dark"} wanted */
export function chooseTheme(wanted) {
  chosen = Object.hasOwn(COLOURS, wanted) ? wanted : "auto";
  applyTheme();
}

export function applyTheme() {
  const root = document.documentElement;
  root.dataset.theme = theme();
  COLOURS[theme()].forEach((colour, number) => root.style.setProperty(`--class-${number}`, colour));
  root.style.setProperty("--negative", COLOURS[theme()][0]);
  root.style.setProperty("--positive", COLOURS[theme()][1]);
  tables.clear();
  inks = null;
  emit("theme");
}
wantsDark.addEventListener("change", applyTheme);

const channels = colour => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
const mixed = (one, other, strength) => one.map((part, index) => Math.round(strength * part + (1 - strength) * other[index]));
const packed = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0; // as ImageData holds it

/** @type {Map<string, Uint32Array>} */
const tables = new Map();

function table(name, build) {
  if (!tables.has(name)) tables.set(name, build());
  return tables.get(name);
}

/** 256 colours from the end of the negative over the paper (128) to the end of the positive. */
export function divergingTable() {
  return table("diverging", () => {
    const now = theme();
    const paper = channels(PAPER[now]);
    const [low, high] = COLOURS[now].map(channels);
    const [lowest, highest] = ENDS[now].map(channels);
    const stops = [lowest, low, mixed(low, paper, 0.45), paper, mixed(high, paper, 0.45), high, highest];
    return Uint32Array.from({ length: 256 }, (_, index) => {
      const place = (index / 255) * (stops.length - 1);
      const stop = Math.min(Math.floor(place), stops.length - 2);
      return packed(mixed(stops[stop + 1], stops[stop], place - stop));
    });
  });
}

/** 256 tints from the first class over the paper to the second, pale enough for points to stand out. */
export function binaryTable(shaded) {
  return table(`binary ${shaded}`, () => {
    const paper = channels(PAPER[theme()]);
    const ends = COLOURS[theme()].slice(0, 2).map(channels);
    return Uint32Array.from({ length: 256 }, (_, index) => {
      const sure = shaded ? Math.abs(index - 127.5) / 127.5 : 0.55;
      return packed(mixed(ends[index > 127 ? 1 : 0], paper, 0.06 + 0.5 * sure));
    });
  });
}

/** 256 tints of a class, by how sure the network is of it: from the chance of k classes to certainty. */
export function classTable(number, classes, shaded) {
  return table(`class ${number} ${classes} ${shaded}`, () => {
    const paper = channels(PAPER[theme()]);
    const colour = channels(classColour(number));
    const chance = 255 / Math.max(classes, 2);
    return Uint32Array.from({ length: 256 }, (_, index) => {
      const sure = shaded ? Math.max(0, (index - chance) / (255 - chance)) : 0.55;
      return packed(mixed(colour, paper, 0.06 + 0.5 * sure));
    });
  });
}

let inks = null;

/** Colours of letters, lines and grounds, read from the style sheet once a theme. */
export function ink() {
  if (inks === null) {
    const style = getComputedStyle(document.documentElement);
    const read = name => style.getPropertyValue(`--${name}`).trim();
    inks = { paper: read("paper"), ink: read("ink"), faint: read("faint"), line: read("line"), accent: read("accent"), wrong: read("wrong"), panel: read("panel") };
  }
  return inks;
}
