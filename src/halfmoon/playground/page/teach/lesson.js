/**
 * A lesson, by the address: what stands after the ? of a page is a teacher's.
 *
 *   hide=rate,more            controls that are not shown          lock=data,layers          that are shown, and cannot be changed
 *   task=Separate the moons   what is to be done, in any words     goal=test_loss<0.1,units<=4,epoch<=2000      when it is done
 *   predict=1                 first a guess, then the run
 *
 * Nothing here is a guard: the server's limits hold whatever the address says.
 */

/** Parts of the page that a lesson can hide or lock, by their names in the address. */
export const PARTS = {
  data: '[data-path^="data."], #own-table, .drawing-tools',
  layers: '[data-path="network.layers"], #diagram .count button, #diagram [data-key="add-layer"]',
  activation: '[data-path="network.layers.*.activation"], #diagram .head select',
  rate: '[data-path="training.rate"]',
  more: "#more-button, #more",
  speed: "#speed, #speed-n",
  step: "#step, #step-unit",
  reset: "#reset-same, #reset-new",
  draw: ".drawing-tools",
  points: '[for="show-points"], .toggle:has(#show-points)',
  boundary: "#boundary, #output-title",
  loss: "#chart",
  timeline: "#timeline",
  health: "#health",
  views: "#views",
  network: "#diagram, #caption",
  compare: "#lanes",
  numbers: "#numbers",
};

const MEASURES = {
  loss: lane => lane.loss,
  test_loss: lane => lane.test_loss,
  accuracy: lane => lane.accuracy,
  test_accuracy: lane => lane.test_accuracy,
  epoch: lane => lane.epoch,
  units: (_, layers) => layers.reduce((sum, { width }) => sum + width, 0),
  layers: (_, layers) => layers.length,
};

const COMPARE = { "<": (one, other) => one < other, "<=": (one, other) => one <= other, ">": (one, other) => one > other, ">=": (one, other) => one >= other };

/**
 * @typedef {{name: string, sign: string, bound: number}} Condition
 * @typedef {{hide: string[], lock: string[], task: string, goal: Condition[], predict: boolean}} Lesson
 */

/** @param {URLSearchParams} asked @returns {Lesson} */
export function readLesson(asked) {
  const list = name => (asked.get(name) ?? "").split(",").map(each => each.trim()).filter(each => Object.hasOwn(PARTS, each));
  return { hide: list("hide"), lock: list("lock"), task: asked.get("task") ?? "", goal: readGoal(asked.get("goal") ?? ""), predict: asked.has("predict") };
}

/** Conditions from a text such as "test_loss<0.1,units<=4"; what is none is left out. */
function readGoal(text) {
  const found = text.split(",").map(each => each.match(/^\s*(\w+)\s*(<=|>=|<|>)\s*([\d.eE+-]+)\s*$/)).filter(Boolean);
  return found.map(([, name, sign, bound]) => ({ name, sign, bound: Number(bound) })).filter(({ name, bound }) => Object.hasOwn(MEASURES, name) && Number.isFinite(bound));
}

/** Whether a condition holds for a network at a moment. */
export function holds({ name, sign, bound }, lane, layers) {
  return COMPARE[sign](MEASURES[name](lane, layers), bound);
}
