/** Numbers as people read them. */

const WORDS = { nan: NaN, inf: Infinity, "-inf": -Infinity };

/** A number that may be written as a text: JSON has no NaN and no infinity. */
export const toNumber = value => (typeof value === "string" ? WORDS[value.toLowerCase()] ?? Number(value) : value ?? NaN);

/** So many significant digits, without an exponent where that is short. */
export function short(value, digits = 4) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4 ? value.toExponential(digits - 1) : value.toPrecision(digits);
  return (text.includes("e") ? text.replace(/e\+?/, "e") : text).replace("-", "−").replace("e-", "e−");
}

/** A whole number with its thousands apart. */
export const whole = value => (Number.isFinite(value) ? Math.round(value).toLocaleString("en-US") : "–");

/** A share in percent. */
export const percent = value => (Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : "–");

/** Every digit there is. */
export const exact = value => (Number.isFinite(value) ? String(value) : short(value));
