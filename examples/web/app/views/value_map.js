/** Draws an output of one value per pixel, such as depth: near is light. @returns {boolean} */
export function drawMap(canvas, { name, dims, data }) {
  const [batch, height, width] = dims;
  if (dims.length !== 3 || batch !== 1 || height < 32 || width < 32 || height !== width) return false;
  const low = data.reduce((least, value) => Math.min(least, value), Infinity);
  const high = data.reduce((most, value) => Math.max(most, value), -Infinity);
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const shade = (255 * (data[pixel] - low)) / (high - low || 1);
    image.data.set([shade, shade, shade, 255], pixel * 4);
  }
  context.putImageData(image, 0, 0);
  canvas.role = "img";
  canvas.ariaLabel = `${name} as a picture, near is light`;
  return true;
}
