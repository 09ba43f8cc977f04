/** The curve of a lane: rows of epoch, loss, test loss and accuracy, of which a frame brings the new ones only. */

export const COLUMNS = { epoch: 0, loss: 1, test_loss: 2, accuracy: 3, test_accuracy: 4 };

export class History {
  constructor() {
    this.width = 4;
    this.rows = 0;
    this.values = new Float32Array(4 * 256);
  }

  /** Put rows in from a place on; all there were from there on are gone. */
  put(from, values, width) {
    if (width !== this.width) [this.width, this.rows, this.values] = [width, 0, new Float32Array(width * 256)];
    const start = Math.min(from, this.rows) * width;
    if (start + values.length > this.values.length) {
      const larger = new Float32Array(2 * (start + values.length));
      larger.set(this.values.subarray(0, start));
      this.values = larger;
    }
    this.values.set(values, start);
    this.rows = (start + values.length) / width;
  }

  at(row, column) {
    return column < this.width ? this.values[row * this.width + column] : NaN;
  }

  /** The row whose epoch is nearest. */
  nearest(epoch) {
    let [low, high] = [0, this.rows - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.at(middle, 0) <= epoch) low = middle;
      else high = middle;
    }
    return high > 0 && this.at(high, 0) - epoch < epoch - this.at(low, 0) ? high : low;
  }
}
