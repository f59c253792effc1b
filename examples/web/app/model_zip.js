/**
 * @param {Uint8Array} bytes of a promoted zip.
 * @returns {Promise<{files: string[], read: (path: string) => Promise<Uint8Array>}>} its .json
 *   and .onnx files, by relative path.
 */
export async function openZip(bytes) {
  const zip = await window.JSZip.loadAsync(bytes, { checkCRC32: true });
  const files = Object.values(zip.files)
    .filter((file) => !file.dir && /\.(json|onnx)$/.test(file.name))
    .map((file) => file.name)
    .sort();
  return { files, read: (path) => zip.file(path).async("uint8array") };
}

/** The graph to try: one that needs no state of an earlier run. */
export function firstGraph(files) {
  const graphs = files.filter((name) => name.endsWith(".onnx"));
  const graph = graphs.find((name) => !name.includes("decoder")) ?? graphs[0];
  if (!graph) throw new Error("The zip holds no .onnx file.");
  return graph;
}
