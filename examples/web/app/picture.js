/** The API takes 4.5 MB; a model sees less than this many pixels a side anyway. */
const MAX_SIDE = 1024;

/** @returns {Promise<string>} the picture as a small JPEG, as a data URL. */
export async function asDataUrl(file) {
  const bitmap = await decode(file);
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85);
}

/**
 * @param {Blob | null} file null takes the example.
 * @param {number} side pixels.
 * @returns {Promise<ImageData>} a square.
 */
export async function asPixels(file, side) {
  const bitmap = await decode(file ?? (await (await fetch("example.png")).blob()));
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0, side, side);
  return context.getImageData(0, 0, side, side);
}

async function decode(file) {
  return createImageBitmap(file).catch(() => {
    throw new Error("This file is no picture that the browser can read.");
  });
}
