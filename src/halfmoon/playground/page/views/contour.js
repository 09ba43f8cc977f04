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

/** Trace the lines between cells of different classes, piece by piece. */
export function borders(classes, side, toX, toY, piece) {
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const own = classes[row * side + column];
      if (column + 1 < side && classes[row * side + column + 1] !== own) piece(toX(column + 0.5), toY(row - 0.5), toX(column + 0.5), toY(row + 0.5));
      if (row + 1 < side && classes[(row + 1) * side + column] !== own) piece(toX(column - 0.5), toY(row + 0.5), toX(column + 0.5), toY(row + 0.5));
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
