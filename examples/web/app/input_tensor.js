/** ImageNet's mean and standard deviation per channel, which the models were trained with. */
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];
const SEQUENCE = 8;

const MAKERS = {
  float32: (size) => new Float32Array(size).fill(0.1),
  int64: (size) => new BigInt64Array(size).fill(1n),
  int32: (size) => new Int32Array(size).fill(1),
  bool: (size) => new Uint8Array(size).fill(1),
};

/**
 * A tensor that fits a graph's input: the picture for an image, constants for anything else.
 *
 * @param {{name: string, type: string, shape: (number | string)[]}} input
 * @param {ImageData} picture
 */
export function inputFor(input, picture, Tensor) {
  const image = input.type === "float32" && input.shape.length === 4;
  const dims = image
    ? [1, 3, picture.height, picture.width]
    : input.shape.map((size) => (typeof size === "number" && size > 0 ? size : named(size)));
  if (image) return new Tensor("float32", pixels(picture), dims);
  const make = MAKERS[input.type];
  if (!make) throw new Error(`Input ${input.name} has the type ${input.type}: no example for it.`);
  return new Tensor(input.type, make(dims.reduce((all, size) => all * size, 1)), dims);
}

function named(size) {
  return String(size).includes("batch") ? 1 : SEQUENCE;
}

function pixels({ data, width, height }) {
  const plane = width * height;
  const values = new Float32Array(3 * plane);
  for (let pixel = 0; pixel < plane; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const value = data[pixel * 4 + channel] / 255;
      values[channel * plane + pixel] = (value - MEAN[channel]) / DEVIATION[channel];
    }
  }
  return values;
}
