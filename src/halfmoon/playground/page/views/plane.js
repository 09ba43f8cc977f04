/** The plane of the two inputs: its limits, its pixels, its axes. Boundary, points and drawing share one. */

import { ink } from "../base/colours.js";
import { scale, tickLabel, ticks } from "../base/axes.js";
import { store } from "../base/store.js";

/** Room for numbers at the left and below. */
export const EDGE = { left: 34, bottom: 22, right: 6, top: 6 };

export class Plane {
  /** Take in a size in pixels. */
  resize(width, height) {
    [this.width, this.height] = [width, height];
    this.update();
  }

  /** Take in the limits of the data. */
  update() {
    const [across, up] = store.state?.data?.limits ?? [[-1, 1], [-1, 1]];
    this.limits = [across, up];
    this.left = EDGE.left;
    this.top = EDGE.top;
    this.right = (this.width ?? 100) - EDGE.right;
    this.bottom = (this.height ?? 100) - EDGE.bottom;
    this.x = scale(across, [this.left, this.right]);
    this.y = scale(up, [this.bottom, this.top]);
  }

  /** The point of the inputs under a pixel, or null outside. */
  pointAt(x, y) {
    if (x < this.left || x > this.right || y < this.top || y > this.bottom) return null;
    return [this.x.back(x), this.y.back(y)];
  }

  /** Draw ticks, numbers and names. */
  drawAxes(context) {
    const { line, faint } = ink();
    context.strokeStyle = line;
    context.fillStyle = faint;
    context.font = "11px system-ui, sans-serif";
    context.lineWidth = 1;
    context.strokeRect(this.left + 0.5, this.top + 0.5, this.right - this.left - 1, this.bottom - this.top - 1);
    const [across, up] = this.limits;
    const names = store.state?.data?.names ?? ["x1", "x2"];
    context.textAlign = "center";
    context.textBaseline = "top";
    const many = Math.max(2, Math.min(6, (this.right - this.left) / 60));
    for (const value of ticks(...across, many)) {
      const x = this.x.to(value);
      if (x > this.right - 24) continue; // the name stands there
      context.fillText(tickLabel(value), x, this.bottom + 5);
      context.fillRect(x, this.bottom, 1, 3);
    }
    context.textAlign = "right";
    context.fillText(clipped(names[0]), this.right, this.bottom + 5);
    context.textBaseline = "middle";
    for (const value of ticks(...up, many)) {
      const y = this.y.to(value);
      if (y < this.top + 16) continue;
      context.fillText(tickLabel(value), this.left - 5, y);
      context.fillRect(this.left - 3, y, 3, 1);
    }
    context.textBaseline = "top";
    context.fillText(clipped(names[1], 5), this.left - 4, this.top);
  }
}

const clipped = (text, most = 14) => (text === undefined ? "" : text.length > most ? `${text.slice(0, most - 1)}…` : text);
