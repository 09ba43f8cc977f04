// ---- Numbers: how they are written, and where they lie on an axis.

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

const withMinusSign = text => text.replace("-", "−");

// A number in so many digits that count; a dash where there is none.
function formatNumber(number, digits = 4) {
  if (!isNumber(number)) return "–";
  if (number === 0) return "0";
  const size = Math.abs(number);
  const plain = size >= 1e-4 && size < 1e7;
  return withMinusSign(plain ? number.toLocaleString("en", { maximumSignificantDigits: digits }) : number.toExponential(2));
}

// From values to pixels and back.
function scale([low, high], [from, to], log) {
  const [forth, back] = log ? [Math.log10, value => 10 ** value] : [value => value, value => value];
  const [start, end] = [forth(low), forth(high)];
  const ratio = (to - from) / (end - start || 1);
  const toPixel = value => log && value <= 0 ? from : from + (forth(value) - start) * ratio;
  return { toPixel, toValue: pixel => back(start + (pixel - from) / ratio), ticks: log ? logTicks(low, high) : linearTicks(low, high) };
}

function linearTicks(low, high) {
  const rough = (high - low) / 5, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(times => times * unit >= rough) * unit;
  const count = Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  return Array.from({ length: count }, (_, number) => Number(((Math.ceil(low / step - 1e-9) + number) * step).toPrecision(12)));
}

// Powers of ten, fewer where they are many, and twos and fives between where they are few.
function logTicks(low, high) {
  const decades = Math.log10(high / low), stride = Math.ceil(decades / 5);
  const steps = decades > 2.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
  const powers = Array.from({ length: last - first + 1 }, (_, number) => first + number).filter(power => (power - first) % stride === 0);
  const ticks = powers.flatMap(power => steps.map(step => Number((step * 10 ** power).toPrecision(12))));
  const found = ticks.filter(tick => tick >= low && tick <= high);
  return found.length > 1 ? found : linearTicks(low, high).filter(tick => tick > 0);
}
