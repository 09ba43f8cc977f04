/** The line where a grid of numbers crosses a level: marching squares (Lorensen & Cline, 1987, in the plane). */

/**
 * Trace the line, piece by piece.
 * @param {(row: number, column: number) => number} value the grid, row 0 on top
 * @param {number} side of the grid
 * @param {number} level
 * @param {(column: number) => number} toX pixels of a column, which may be a fraction
 * @param {(row: number) => number} toY
 * @param {(x0: number, y0: number, x1: number, y1: number) => void} piece is given each
 */
export function contour(value, side, level, toX, toY, piece) {
  for (let row = 0; row + 1 < side; row += 1) {
    for (let column = 0; column + 1 < side; column += 1) {
      const [a, b, c, d] = [value(row, column) - level, value(row, column + 1) - level, value(row + 1, column + 1) - level, value(row + 1, column) - level];
      const kind = (a > 0 ? 8 : 0) | (b > 0 ? 4 : 0) | (c > 0 ? 2 : 0) | (d > 0 ? 1 : 0);
      if (kind === 0 || kind === 15) continue;
      const top = () => [column + a / (a - b), row];
      const right = () => [column + 1, row + b / (b - c)];
      const bottom = () => [column + d / (d - c), row + 1];
      const left = () => [column, row + a / (a - d)];
      for (const [from, to] of CROSSINGS[kind]({ top, right, bottom, left })) {
        piece(toX(from[0]), toY(from[1]), toX(to[0]), toY(to[1]));
      }
    }
  }
}

/**
 * Trace the lines between places of different classes, piece by piece. Between two neighbours a line lies where their classes would be as
 * probable: of each only the probability of its own class is known, so that the rest is taken for the other's.
 * @param {Uint8Array} classes of each place
 * @param {Uint8Array} sure how probable they are, 0 to 255
 */
export function borders(classes, sure, side, toX, toY, piece) {
  const lead = at => Math.max(1, 2 * sure[at] - 255);
  for (let row = 0; row + 1 < side; row += 1) {
    for (let column = 0; column + 1 < side; column += 1) {
      const corners = [row * side + column, row * side + column + 1, (row + 1) * side + column + 1, (row + 1) * side + column];
      const own = classes[corners[0]];
      if (corners.every(at => classes[at] === own)) continue;
      const crossed = [];
      corners.forEach((from, index) => {
        const to = corners[(index + 1) % 4];
        if (classes[from] === classes[to]) return;
        const share = lead(from) / (lead(from) + lead(to));
        const [x, y] = [from % side, Math.floor(from / side)];
        crossed.push([toX(x + share * (to % side - x)), toY(y + share * (Math.floor(to / side) - y))]);
      });
      if (crossed.length === 2) piece(...crossed[0], ...crossed[1]);
      else {
        const middle = [0, 1].map(axis => crossed.reduce((sum, point) => sum + point[axis], 0) / crossed.length);
        for (const point of crossed) piece(...point, ...middle);
      }
    }
  }
}

const across = (one, other) => sides => [[sides[one](), sides[other]()]];
const twice = (a, b, c, d) => sides => [[sides[a](), sides[b]()], [sides[c](), sides[d]()]];

/** Which sides of a cell the line joins, by which of its corners lie above the level. */
const CROSSINGS = [
  null, across("left", "bottom"), across("bottom", "right"), across("left", "right"), across("top", "right"), twice("left", "top", "bottom", "right"),
  across("top", "bottom"), across("left", "top"), across("left", "top"), across("top", "bottom"), twice("left", "bottom", "top", "right"), across("top", "right"),
  across("left", "right"), across("bottom", "right"), across("left", "bottom"), null,
];
