import { chunksOf } from "./download.js";
import { ModelError } from "./errors.js";

/** So much at a time goes into the decompressor, which may make a thousand times as much of it. */
const SLICE_BYTES = 64 * 1024;

/** The files of one model, as they were when it was opened: no later version mixes in. */
export class ModelFiles {
  #store;
  #files;

  /**
   * @param {string} type
   * @param {{sequence: number, model: import("../index.js").Model}} entry
   * @param {import("./store.js").Store} store
   */
  constructor(type, { sequence, model }, store) {
    this.type = type;
    this.sequence = sequence;
    this.model = model;
    this.#store = store;
    this.#files = new Map(model.files.map((file) => [file.path, file]));
  }

  get paths() {
    return [...this.#files.keys()];
  }

  /**
   * A file as `Cache.match` would give it. Its body fails before it gives bytes that are not the
   * promised ones, with a TypeError in some browsers: `bytes` says why. `match` itself does not
   * fail: transformers.js would then look elsewhere.
   *
   * @param {string | URL | Request} request path, or URL that ends in `{type}/{path}` or
   *   `{repository}/{path}`, the hub's `resolve/{revision}/` between them allowed.
   * @returns {Promise<Response | undefined>} undefined for a file that the model does not have.
   */
  async match(request) {
    const file = this.#find(request instanceof Request ? request.url : String(request));
    if (!file) return undefined;
    const kind = file.path.endsWith(".json") ? "application/json" : "application/octet-stream";
    const headers = { "Content-Type": kind, "Content-Length": String(file.bytes) };
    return new Response(this.#plain(file), { headers });
  }

  /**
   * @param {string} path
   * @returns {Promise<Uint8Array>} the file, for onnxruntime-web.
   * @throws {ModelError} `no-such-file` or `damaged`.
   */
  async bytes(path) {
    const file = this.#files.get(path);
    if (!file) throw new ModelError("no-such-file", `${this.type} has no ${path}.`);
    const content = new Uint8Array(file.bytes);
    const reader = this.#plain(file).getReader();
    let filled = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      content.set(part.value, filled);
      filled += part.value.byteLength;
    }
    return content;
  }

  /** Does nothing: only what was verified is served. transformers.js asks for it. */
  async put() {}

  #find(text) {
    const exact = this.#files.get(text);
    if (exact) return exact;
    const url = `/${text.replace(/[?#].*$/, "")}`;
    for (const name of [this.type, this.model.repository]) {
      const at = name ? url.indexOf(`/${name}/`) : -1;
      if (at < 0) continue;
      const path = url.slice(at + name.length + 2).replace(/^resolve\/[^/]+\//, "");
      const found = this.#files.get(path);
      if (found) return found;
    }
    return undefined;
  }

  /** @returns {ReadableStream<Uint8Array>} that reads nothing before it is read. */
  #plain(file) {
    let reader = null;
    let left = file.bytes;
    const wrong = (cause) => {
      const message =
        `${this.type}: ${file.path} is not whole on this device. ` +
        "Open the model again if another tab has updated it, else call sync.";
      return cause instanceof ModelError ? cause : new ModelError("damaged", message, { cause });
    };
    const pull = async (controller) => {
      reader ??= stored(file, this.#store)
        .pipeThrough(new DecompressionStream("deflate-raw"))
        .getReader();
      const { done, value } = await reader.read().catch((cause) => {
        throw wrong(cause);
      });
      left -= value?.byteLength ?? 0;
      if (left < 0 || (done && left > 0)) {
        reader.cancel().catch(() => {});
        throw wrong("its size is wrong");
      }
      if (done) controller.close();
      else controller.enqueue(value);
    };
    return new ReadableStream({ pull, cancel: (why) => reader?.cancel(why) }, { highWaterMark: 0 });
  }
}

/** @returns {ReadableStream} the stored bytes, each chunk verified before it goes on. */
function stored(file, store) {
  const chunks = chunksOf(file);
  let rest = new Uint8Array(0);
  const pull = async (controller) => {
    if (rest.byteLength === 0) {
      const chunk = chunks.shift();
      if (!chunk) return controller.close();
      const content = await store.chunk(chunk);
      if (!content) throw new Error(`chunk ${chunk.sha256} is missing or was damaged`);
      rest = content;
    }
    controller.enqueue(rest.subarray(0, SLICE_BYTES));
    rest = rest.subarray(SLICE_BYTES);
  };
  return new ReadableStream({ pull }, { highWaterMark: 0 });
}
