/** Where ticks stand and what they say. */

import { short } from "./format.js";

/** Round numbers from low to high, about so many of them. */
export function ticks(low, high, count = 5) {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(times => times * power).find(each => each >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, index) => (first + index) * step);
}

/** Powers of ten from low to high, with 2 and 5 times them where there are few. */
export function logTicks(low, high) {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const factors = to - from > 4 ? [1] : to - from > 2 ? [1, 3] : [1, 2, 5];
  const every = Math.max(1, Math.ceil((to - from) / 6));
  const all = [];
  for (let power = from; power <= to; power += every) for (const factor of factors) all.push(factor * 10 ** power);
  return all.filter(value => value >= low * 0.999 && value <= high * 1.001);
}

/** A tick's number, as short as it can be told apart. */
export function tickLabel(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return short(value, 2).replace(/\.0+e/, "e");
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

/**
 * A map from numbers to pixels.
 * @returns {{to: (value: number) => number, back: (pixel: number) => number}}
 */
export function scale([low, high], [from, to], log = false) {
  const warp = log ? value => Math.log10(Math.max(value, 1e-30)) : value => value;
  const unwarp = log ? value => 10 ** value : value => value;
  const [start, end] = [warp(low), warp(high)];
  const factor = end === start ? 0 : (to - from) / (end - start);
  return {
    to: value => from + (warp(value) - start) * factor,
    back: pixel => unwarp(factor === 0 ? start : start + (pixel - from) / factor),
  };
}
