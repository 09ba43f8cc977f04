/** The curve of a lane: rows of numbers by epoch, every digit of them, of which a frame brings the new ones only. */

export const COLUMNS = { epoch: 0, loss: 1, test_loss: 2, accuracy: 3, test_accuracy: 4 };

export class History {
  constructor() {
    this.width = 5;
    this.rows = 0;
    this.values = new Float64Array(5 * 256);
  }

  /** Put rows in from a place on; all there were from there on are gone. */
  put(from, values) {
    const { width } = this;
    const start = Math.min(from, this.rows) * width;
    if (start + values.length > this.values.length) {
      const larger = new Float64Array(2 * (start + values.length));
      larger.set(this.values.subarray(0, start));
      this.values = larger;
    }
    this.values.set(values, start);
    this.rows = (start + values.length) / width;
  }

  at(row, column) {
    return this.values[row * this.width + column];
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
