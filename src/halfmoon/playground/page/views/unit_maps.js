/** What each unit says over the plane, as small pictures: colour by sign about zero, of each unit's own range. */

import { divergingTable } from "../base/colours.js";
import { Pixels } from "../base/canvas.js";

const PER_ROW = 16;
/** The colour of each byte of the picture that is being filled. */
const lookup = new Uint32Array(256);

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
      this.ramps = Array.from({ length: this.inputs }, (_, input) => this.#ramp(input));
    }
    this.ramps.forEach((ramp, input) => this.#fill(input, ramp, -1, 1));
    const size = side * side;
    for (let unit = 0; unit < count; unit += 1) {
      this.#fill(unit + this.inputs, values.subarray(unit * size, (unit + 1) * size), ranges[2 * unit], ranges[2 * unit + 1]);
    }
    this.atlas.put();
  }

  /** The bytes of an input: a ramp from left to right for the first, from bottom to top for the second. */
  #ramp(input) {
    const { side } = this;
    return Uint8Array.from({ length: side * side }, (_, at) => {
      if (input > 1) return 128; // of more inputs than two the plane shows a mixture
      return (255 * (input === 0 ? at % side : side - 1 - Math.floor(at / side))) / (side - 1);
    });
  }

  /** Colour a picture by its bytes, which go from a low to a high number. */
  #fill(picture, bytes, low, high) {
    const colours = divergingTable();
    const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
    for (let byte = 0; byte < 256; byte += 1) {
      const index = Math.round(127.5 + (127.5 * (low + ((high - low) * byte) / 255)) / most);
      lookup[byte] = colours[Math.min(255, Math.max(0, index || 0))];
    }
    const { side, atlas } = this;
    const [left, top, wide] = [(picture % PER_ROW) * side, Math.floor(picture / PER_ROW) * side, PER_ROW * side];
    let from = 0;
    for (let row = 0; row < side; row += 1) {
      const start = (top + row) * wide + left;
      for (let column = 0; column < side; column += 1, from += 1) atlas.words[start + column] = lookup[bytes[from]];
    }
  }

  /** Draw the picture of a unit into a square. */
  draw(context, picture, x, y, size) {
    const { side } = this;
    if (picture >= (this.total ?? 0)) return;
    context.drawImage(this.atlas.canvas, (picture % PER_ROW) * side, Math.floor(picture / PER_ROW) * side, side, side, x, y, size, size);
  }
}
