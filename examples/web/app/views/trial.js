import { announce } from "../announce.js";
import { asPixels } from "../picture.js";
import { drawMap } from "./value_map.js";

/** What all the catalogue's image models take: a multiple of their patches and strides. */
const SIDE = 224;

/** Runs the stored model once, on the chosen picture or the example, and shows what came out. */
export async function tryModel(card, models, type) {
  const results = card.querySelector(".results");
  const canvas = card.querySelector("canvas");
  announce(`${type}: running`);
  results.replaceChildren(item("Running …"));
  canvas.hidden = true;
  try {
    const [{ runOnce }, files] = await Promise.all([import("../inference.js"), models.open(type)]);
    const path = firstGraph(files.paths);
    const picture = await asPixels(document.getElementById("picture").files[0] ?? null, SIDE);
    const { outputs, milliseconds } = await runOnce(await files.bytes(path), picture);
    const lines = [
      `${files.paths.length} files`,
      `${path} ran in ${milliseconds.toFixed(0)} ms`,
      ...outputs.map(({ name, dims, data }) => `${name} ${dims.join(" by ")}: ${range(data)}`),
    ];
    results.replaceChildren(...lines.map(item));
    if (drawMap(canvas, outputs[0])) canvas.hidden = false;
    announce(`${type}: ${lines[1]}`);
  } catch (error) {
    results.replaceChildren();
    throw error;
  }
}

/** The graph to try: one that needs no state of an earlier run. */
function firstGraph(paths) {
  const graphs = paths.filter((path) => path.endsWith(".onnx"));
  const graph = graphs.find((path) => !path.includes("decoder")) ?? graphs[0];
  if (!graph) throw new Error("The model has no .onnx file.");
  return graph;
}

function range(data) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    const number = Number(value);
    if (!Number.isFinite(number)) return "not all values are numbers";
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return `${low.toPrecision(3)} to ${high.toPrecision(3)}`;
}

function item(text) {
  const element = document.createElement("li");
  element.textContent = text;
  return element;
}
