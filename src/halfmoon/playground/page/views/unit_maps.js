/** What each unit says over the plane, as small pictures: colour by sign about zero, of each unit's own range. */

import { divergingTable } from "../base/colours.js";
import { Pixels } from "../base/canvas.js";

const PER_ROW = 16;

export class UnitMaps {
  /** @param {number} inputs so many pictures before the units' own: the inputs, which need no network */
  constructor(inputs) {
    this.inputs = inputs;
    this.side = 0;
  }

  /** Take in the maps of all units, hidden and output, as a frame brings them. */
  take({ values, shape: [count, side] }, ranges) {
    const total = count + this.inputs;
    if (this.side !== side || this.total !== total) {
      [this.side, this.total] = [side, total];
      this.atlas = new Pixels(PER_ROW * side, Math.ceil(total / PER_ROW) * side);
      for (let input = 0; input < this.inputs; input += 1) this.#fill(input, at => this.#inputValue(input, at), 0, 255);
    }
    for (let unit = 0; unit < count; unit += 1) {
      const start = unit * side * side;
      this.#fill(unit + this.inputs, at => values[start + at], ranges[2 * unit], ranges[2 * unit + 1]);
    }
    this.atlas.put();
  }

  /** A ramp from left to right for the first input, from bottom to top for the second. */
  #inputValue(input, at) {
    const [row, column] = [Math.floor(at / this.side), at % this.side];
    if (input > 1) return 127.5; // of more inputs than two the plane shows a mixture
    return (255 * (input === 0 ? column : this.side - 1 - row)) / (this.side - 1);
  }

  #fill(picture, byteAt, low, high) {
    const colours = divergingTable();
    const isInput = picture < this.inputs;
    const most = isInput ? 127.5 : Math.max(Math.abs(low), Math.abs(high)) || 1;
    const offset = isInput ? -127.5 : low;
    const factor = isInput ? 1 : (high - low) / 255;
    const lookup = new Uint32Array(256);
    for (let byte = 0; byte < 256; byte += 1) {
      const index = Math.round(127.5 + (127.5 * (offset + factor * byte)) / most);
      lookup[byte] = colours[Math.min(255, Math.max(0, index || 0))];
    }
    const { side, atlas } = this;
    const [left, top, wide] = [(picture % PER_ROW) * side, Math.floor(picture / PER_ROW) * side, PER_ROW * side];
    for (let at = 0; at < side * side; at += 1) {
      atlas.words[(top + Math.floor(at / side)) * wide + left + (at % side)] = lookup[Math.round(byteAt(at))];
    }
  }

  /** Draw the picture of a unit into a square. */
  draw(context, picture, x, y, size) {
    const { side } = this;
    if (picture >= (this.total ?? 0)) return;
    context.drawImage(this.atlas.canvas, (picture % PER_ROW) * side, Math.floor(picture / PER_ROW) * side, side, side, x, y, size, size);
  }
}
