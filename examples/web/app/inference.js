import * as ort from "../vendor/ort.wasm.min.mjs";
import { inputFor } from "./input_tensor.js";

// Threads need cross-origin isolation, which would forbid the page what it loads from elsewhere.
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = new URL("../vendor/", import.meta.url).href;

/**
 * Loads a graph and runs it once.
 *
 * @param {Uint8Array} graph ONNX file.
 * @param {ImageData} picture what models that see are shown.
 * @returns {Promise<{outputs: {name: string, dims: number[], data: ArrayLike}[],
 *   milliseconds: number}>}
 */
export async function runOnce(graph, picture) {
  const session = await ort.InferenceSession.create(graph, { executionProviders: ["wasm"] });
  try {
    const inputs = session.inputMetadata.map((input) => [
      input.name,
      inputFor(input, picture, ort.Tensor),
    ]);
    const begun = performance.now();
    const results = await session.run(Object.fromEntries(inputs));
    const milliseconds = performance.now() - begun;
    const outputs = session.outputNames.map((name) => ({
      name,
      dims: [...results[name].dims],
      data: results[name].data,
    }));
    return { outputs, milliseconds };
  } finally {
    await session.release();
  }
}
