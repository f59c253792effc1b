import { CHUNK_BYTES } from "./envelope.js";
import { ModelError } from "./errors.js";
import { hash } from "./store.js";

/** So many small files at once; browsers open six connections to a host. */
const MAX_REQUESTS = 6;

/** The link has ended, or its credentials have. */
export class LinkExpired extends ModelError {
  constructor() {
    super("refused", "The link has expired.", { status: 403 });
  }
}

/** @typedef {{sha256: string, bytes: number, start: number}} Chunk a part of a stored file. */

/**
 * @param {import("../index.js").ModelFile} file
 * @returns {Chunk[]}
 */
export function chunksOf({ stored }) {
  return stored.chunks.map((sha256, at) => {
    const start = at * CHUNK_BYTES;
    return { sha256, start, bytes: Math.min(CHUNK_BYTES, stored.bytes - start) };
  });
}

/**
 * Fetches chunks into the store, each by a request of its own, which counts once its sum is right.
 * What is on its way never comes to more than one chunk's size: whatever ends this, not more than
 * that is fetched twice.
 *
 * @param {import("../index.js").ModelFile[]} files
 * @param {Set<string>} missing sha256 of the chunks to fetch.
 * @param {object} options
 * @param {Record<string, string>} options.links by the sha256 of the plain bytes.
 * @param {import("./store.js").Store} options.store
 * @param {(bytes: number) => void} options.onBytes bytes that came.
 * @param {() => void} options.onChunk one is kept.
 * @param {AbortSignal} [options.signal]
 */
export async function fetchChunks(files, missing, { links, store, onBytes, onChunk, signal }) {
  const places = files.flatMap((file) => chunksOf(file).map((chunk) => ({ file, chunk })));
  const waiting = [...new Map(places.map((place) => [place.chunk.sha256, place])).values()]
    .filter(({ chunk }) => missing.has(chunk.sha256))
    .sort((a, b) => a.chunk.bytes - b.chunk.bytes);
  const running = new Set();
  const ended = new AbortController();
  const end = () => ended.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener("abort", end);
  let [underWay, failure] = [0, null];

  const bring = async ({ file, chunk }) => {
    underWay += chunk.bytes;
    try {
      const content = await fetchChunk(file, chunk, links, onBytes, ended.signal);
      await store.putChunk(chunk.sha256, content);
      onChunk();
    } catch (error) {
      failure ??= { error };
    }
    underWay -= chunk.bytes;
  };
  try {
    while (!failure && (waiting.length || running.size)) {
      while (
        waiting.length &&
        running.size < MAX_REQUESTS &&
        underWay + waiting[0].chunk.bytes <= CHUNK_BYTES
      ) {
        const task = bring(waiting.shift()).finally(() => running.delete(task));
        running.add(task);
      }
      await Promise.race(running);
    }
  } finally {
    signal?.removeEventListener("abort", end);
    ended.abort();
    await Promise.all(running);
  }
  if (failure) throw failure.error;
}

async function fetchChunk(file, { sha256, bytes, start }, links, onBytes, signal) {
  const url = Object.hasOwn(links, file.sha256) ? links[file.sha256] : null;
  if (typeof url !== "string") throw new ModelError("refused", `There is no link to ${file.path}.`);
  const whole = bytes === file.stored.bytes;
  const response = await fetch(url, {
    headers: whole ? {} : { Range: `bytes=${start}-${start + bytes - 1}` },
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal,
  });
  if (response.status === 403) throw new LinkExpired();
  if (response.status !== (whole ? 200 : 206) || !response.body) {
    const message = `${file.path}: the download answered ${response.status}. Try again.`;
    throw new ModelError("refused", message, { status: response.status });
  }
  const content = new Uint8Array(bytes);
  const reader = response.body.getReader();
  let filled = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (filled + part.value.byteLength > bytes) {
      reader.cancel().catch(() => {});
      throw wrongBytes(file, "more came than promised");
    }
    content.set(part.value, filled);
    filled += part.value.byteLength;
    onBytes(part.value.byteLength);
  }
  if (filled < bytes) throw wrongBytes(file, "less came than promised");
  if ((await hash(content)) !== sha256) throw wrongBytes(file, "the checksum is wrong");
  return content;
}

function wrongBytes(file, reason) {
  const message = `${file.path}: ${reason}. Nothing of it is kept; download it again.`;
  return new ModelError("wrong-bytes", message);
}
