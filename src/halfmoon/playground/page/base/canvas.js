/** Canvases as sharp as the screen; sizes are taken when the layout changes, never while drawing. */

import { make } from "./elements.js";

/**
 * A canvas that fills its parent.
 * @param {HTMLElement} parent
 * @param {() => void} resized called when its size changed
 * @returns {{canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, width: number, height: number, clear: () => void}}
 */
export function sheet(parent, resized, attributes = {}) {
  const canvas = make("canvas", { class: "sheet", "aria-hidden": "true", ...attributes });
  parent.append(canvas);
  const context = canvas.getContext("2d");
  const made = {
    canvas, context, width: 0, height: 0,
    clear() {
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      context.clearRect(0, 0, made.width, made.height);
    },
  };
  new ResizeObserver(([entry]) => {
    const { width, height } = entry.contentRect;
    if (width === made.width && height === made.height) return;
    [made.width, made.height] = [width, height];
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    resized();
  }).observe(parent);
  return made;
}

/** A small picture whose pixels are set by number. */
export class Pixels {
  constructor(width, height) {
    this.canvas = make("canvas", { width, height });
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(width, height);
    this.words = new Uint32Array(this.image.data.buffer);
  }

  put() {
    this.context.putImageData(this.image, 0, 0);
  }
}
