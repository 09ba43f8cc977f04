/** What a binary frame holds: a header of JSON, then arrays, each at a multiple of 8 bytes. */

import { toNumber } from "./format.js";

const TYPES = { uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };

/**
 * @typedef {Object} Lane one network at one moment: the header's numbers, and `arrays` by their names without the lane's number
 * @property {number} epoch
 * @property {number} loss
 * @property {Record<string, {values: any, shape: number[]}>} arrays
 */

/**
 * Read a frame; its arrays are views of the buffer, nothing is copied.
 * @param {ArrayBuffer} buffer
 * @returns {{frame: number, running: boolean, lanes: Lane[]}}
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const start = 4 + length; // the header is padded, so that this is a multiple of 8
  const lanes = header.lanes.map(lane => ({ ...lane, ...numbers(lane), arrays: {} }));
  for (const { name, dtype, shape, offset } of header.arrays) {
    const dot = name.indexOf(".");
    const size = shape.reduce((product, side) => product * side, 1);
    lanes[Number(name.slice(0, dot))].arrays[name.slice(dot + 1)] = { values: new TYPES[dtype](buffer, start + offset, size), shape };
  }
  return { ...header, lanes };
}

function numbers(lane) {
  const names = ["loss", "test_loss", "accuracy", "test_accuracy", "rate", "epochs_per_second"];
  return Object.fromEntries(names.map(name => [name, toNumber(lane[name])]));
}
