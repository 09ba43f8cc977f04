/** What is seen of a run that left the finite numbers: the last picture before it, as its own maps would be blank. */

/** Weights beyond this are on their way out of the finite numbers, and their maps show nothing any more. */
const LARGEST = 1e4;

/** Of each network the last frame that was sound. */
const sound = [];

/** @param {import("./frame.js").Lane} lane @param {number} number */
export function freeze(lane, number) {
  const weights = lane.arrays.weights?.values;
  if (!weights) return;
  if (!lane.diverged) {
    if (Number.isFinite(lane.loss) && weights.every(weight => Math.abs(weight) < LARGEST)) sound[number] = { epoch: lane.epoch, arrays: lane.arrays };
    return;
  }
  const last = sound[number];
  if (!last || last.epoch > lane.epoch || last.arrays.weights.values.length !== weights.length) return;
  const { history: _, ...seen } = last.arrays;
  lane.seen = last.epoch;
  lane.arrays = { ...lane.arrays, ...seen };
}
