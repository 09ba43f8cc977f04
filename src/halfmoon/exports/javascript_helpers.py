"""The functions that a JavaScript module has beside its forward pass, each only where it is used. ``{...}`` are filled in."""

ARRAY = """// The numbers whose bytes are given as base64.
function array(text) {{
  return new {array}(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}}
"""

AFFINE = """// x W + b, for each of so many blocks of columns; W has the rows of one matrix for all, or of a matrix of each block's own.
function affine(x, W, b, columns, blocks = 1) {{
  const rows = x.length / blocks;
  const own = W.length > rows * columns ? rows * columns : 0;
  const y = b ? Float64Array.from(b) : new Float64Array(blocks * columns);
  for (let block = 0; block < blocks; block++) {{
    for (let i = 0; i < rows; i++) {{
      const xi = x[block * rows + i];
      const start = block * own + i * columns;
      for (let j = 0; j < columns; j++) y[block * columns + j] += xi * W[start + j];
    }}
  }}
  return y;
}}
"""

NORMALISE_ROW = """// (x - m) / sqrt(v + epsilon) scale + shift, with the mean m and the mean square deviation v of x.
function normaliseRow(x, epsilon, scale, shift) {{
  const mean = x.reduce((sum, each) => sum + each, 0) / x.length;
  const variance = x.reduce((sum, each) => sum + (each - mean) ** 2, 0) / x.length;
  return x.map((each, k) => ((each - mean) / Math.sqrt(variance + epsilon)) * scale[k] + shift[k]);
}}
"""

SOFTMAX = """// exp(x) / sum(exp(x)); the largest number is taken off first, so that nothing overflows.
function softmax(x) {{
  const largest = x.reduce((most, each) => Math.max(most, each), -Infinity);
  const e = x.map((each) => Math.exp(each - largest));
  const sum = e.reduce((total, each) => total + each, 0);
  return e.map((each) => each / sum);
}}
"""

LARGEST_PLACE = """// The place of the largest number, the first of equal ones.
function largestPlace(x) {{
  let place = 0;
  for (let k = 1; k < x.length; k++) if (x[k] > x[place]) place = k;
  return place;
}}
"""

MATRIX = """// A row of {width} finite numbers as the network takes it.
function input(row) {{
  if (row.length !== {width}) throw new RangeError(`a row must have {width} numbers, got ${{row.length}}`);
  const x = {convert};
  if (!x.every(Number.isFinite)) throw new RangeError("a row must hold finite numbers that fit in {name}");
  return x;
}}
"""

CELLS = """// The cell of a row in a column; null where it is missing.
function cellOf(row, name) {{
  if (!(name in row)) throw new RangeError(`a row must have the column ${{JSON.stringify(name)}}`);
  const cell = row[name];
  return cell === undefined || cell === null || Number.isNaN(cell) ? null : cell;
}}

// A cell as text in small letters, without the blanks around it.
function stripped(cell) {{
  return String(cell).trim().replace(/^[\\uFEFF\\u200B]+|[\\uFEFF\\u200B]+$/g, "").toLowerCase();
}}

function wrong(name, wanted, cell) {{
  return new RangeError(`the column ${{JSON.stringify(name)}} must hold ${{wanted}}, got ${{String(cell).slice(0, 80)}}`);
}}
"""

MARKS = """// Texts for a missing number, date or truth value.
const MARKS = new Set({marks});

// Whether a cell stands for a missing number or date.
function isMissing(cell, others) {{
  if (cell === null || MARKS.has(stripped(cell))) return true;
  return others.length > 0 && others.includes(Array.from(String(cell)).slice(0, 100).join(""));
}}
"""

TEXT_MARKS = """// Texts for a missing text.
const TEXT_MARKS = new Set({marks});
"""

WORDS = """// Words for truth values.
const WORDS = new Map({words});
"""

NUMERAL = """const NUMERAL = /^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?$/;
"""

STANDARDISED = """// z = (x - mean) / scale, of ``fill`` where x is missing; where there is a bound, z / sqrt(1 + (z / bound)^2).
function standardised(x, fill, mean, scale, bound) {{
  const z = ((Number.isNaN(x) ? fill : x) - mean) / scale;
  return bound ? z / Math.hypot(1, z / bound) : z;
}}
"""

NUMBER = """// The standardised number, and with ``gaps`` a 1 where it is missing, else 0.
function number(row, name, fill, mean, scale, options = {{}}) {{
  const {{ kind = "number", numerals = false, words = null, others = [], lenient = false, bound = 0, gaps = false }} = options;
  const cell = cellOf(row, name);
  const text = stripped(cell);
  let x;
  if (isMissing(cell, others)) x = NaN;
  else if (["number", "boolean", "bigint"].includes(typeof cell)) x = Number(cell);
  else if (words && words.has(text)) x = words.get(text);
  else if (numerals && NUMERAL.test(text)) x = Number(text);
  else if (lenient && typeof cell === "string") x = NaN;
  else throw wrong(name, numerals ? "numbers" : "numbers and no texts", cell);
  if (kind === "truth" && x !== 0 && x !== 1) x = NaN;
  if (Math.abs(x) >= 1e100) throw wrong(name, "finite numbers below 1e100", cell);
  return [standardised(x, fill, mean, scale, bound), ...(gaps ? [Number(Number.isNaN(x))] : [])];
}}
"""

CATEGORY = """// Zeros with a one at the level of a text; the last place, if there is one for it, means missing.
// ``ones`` has another place for the one of each level, ``values`` numbers that stand before; the last is that of an unknown text.
function category(row, name, levels, {{ hasMissing = false, cut = false, numbers = [], ones = null, values = null }} = {{}}) {{
  const cell = cellOf(row, name);
  const text = String(cell);
  const missing = hasMissing ? levels.length : -1;
  let place = levels.indexOf(text);
  if (cell === null) place = missing;
  else if (place < 0 && TEXT_MARKS.has(stripped(text))) place = missing;
  else if (place < 0) {{
    const level = NUMERAL.test(text) ? numbers.find(([number]) => number === Number(text)) : undefined;
    place = level ? levels.indexOf(level[1]) : cut ? -1 : missing;
  }}
  const width = ones ? Math.max(...ones) + 1 : levels.length + hasMissing;
  const one = ones ? ones.at(place) : place;
  const zeros = Array.from({{ length: width }}, (_, k) => Number(k === one));
  if (!values) return zeros;
  const columns = values.length / ones.length;
  const start = (place < 0 ? ones.length - 1 : place) * columns;
  return [...values.subarray(start, start + columns), ...zeros];
}}
"""

DATE = """// The standardised days since 1970 of a date, and the sine and cosine of each part that comes again.
// Cells are Dates, read in UTC, or texts such as 2020-01-31 or 2020-01-31T08:30:00; of times of day 08:30:00.
function date(row, name, fill, mean, scale, options = {{}}) {{
  const {{ parts = [], clock = false, others = [], lenient = false, bound = 0, gaps = false }} = options;
  const cell = cellOf(row, name);
  const text = cell instanceof Date ? (Number.isNaN(cell.getTime()) ? "nat" : cell.toISOString().slice(0, -1)) : String(cell).trim();
  const iso = /^(\\d{{4}})-(\\d{{2}})-(\\d{{2}})(?:[T ](\\d{{2}}):(\\d{{2}})(?::(\\d{{2}})(\\.\\d+)?)?)?$/;
  const found = clock ? /^()()()(\\d{{1,2}}):(\\d{{2}})(?::(\\d{{2}})(\\.\\d+)?)?$/.exec(text) : iso.exec(text);
  let [days, season] = [NaN, NaN];
  if (found) {{
    const [year, month, day, hour, minute, second, fraction] = found.slice(1).map((part) => Number(part || 0));
    const moment = new Date(0);
    if (!clock) moment.setUTCFullYear(year, month - 1, day);
    const isDate = clock || (moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day);
    if (isDate && hour < 24 && minute < 60 && second < 60) {{
      const firstDay = new Date(moment.getTime());
      firstDay.setUTCMonth(0, 1);
      season = (moment - firstDay) / 864e5;
      days = moment / 864e5 + ((hour * 60 + minute) * 60 + second + fraction) / 86400;
    }}
  }}
  if (Number.isNaN(days) && !isMissing(cell instanceof Date ? text : cell, others) && !(lenient && typeof cell === "string")) {{
    throw wrong(name, clock ? "times such as 08:30:00" : "dates such as 2020-01-31 or 2020-01-31T08:30:00", cell);
  }}
  if (Math.abs(days) >= 3650000) throw wrong(name, "dates before the year 10000", cell);
  const within = {{ season, weekday: (Math.floor(days) + 3 + 7e8) % 7, hour: days - Math.floor(days) }};
  const waves = parts.flatMap(([part, turn]) => {{
    const angle = (2 * Math.PI * within[part]) / turn;
    return Number.isNaN(angle) ? [0, 0] : [Math.sin(angle), Math.cos(angle)];
  }});
  return [standardised(days, fill, mean, scale, bound), ...waves, ...(gaps ? [Number(Number.isNaN(days))] : [])];
}}
"""

FEATURES = """// The columns of a row as the network takes them.
function input(row) {{
  const features = [
{columns}
  ];
  const x = {convert};
  if (!x.every(Number.isFinite)) throw new RangeError("the columns must hold numbers that fit in {name}");
  return x;
}}
"""

LIST_OF = """function listOf(rows) {
  const isList = rows !== null && typeof rows === "object" && typeof rows[Symbol.iterator] === "function";
  if (!isList) throw new TypeError(`rows must be an array of rows, got ${rows === null ? "null" : typeof rows}`);
  return rows;
}"""
"""Array.from makes an empty list of what is none, and no error."""
