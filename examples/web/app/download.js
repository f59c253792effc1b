import { sha256 } from "./sha256.js";

/** One write per part: small enough to lose little, large enough to be quick. */
const PART_BYTES = 1 << 20;

/** The link was refused: it has expired, or its credentials have. */
export class ExpiredLinkError extends Error {}
/** What arrived is not what was promoted. */
export class WrongBytesError extends Error {}

/**
 * Brings a model to the device: goes on where an earlier try ended, fetches nothing when the
 * same bytes are here, and checks the sum before it calls them a model.
 *
 * @param {object} options
 * @param {string} options.type
 * @param {object} options.link entry of the API: download_url, model_name, ETag, bytes, sha256.
 * @param {() => Promise<object>} options.renew asks the API for a new link.
 * @param {import("./model_store.js").ModelStore} options.store
 * @param {(received: number, total: number) => void} options.onProgress bytes.
 * @param {AbortSignal} options.signal ends it; what has come is kept.
 * @returns {Promise<{model: object, fetched: number, resumedAt: number}>} in bytes.
 * @throws {DOMException} AbortError when paused, {TypeError} when the network is lost.
 */
export async function download({ type, link, renew, store, onProgress, signal }) {
  try {
    return await attempt({ type, link, store, onProgress, signal });
  } catch (error) {
    if (!(error instanceof ExpiredLinkError)) throw error;
    return attempt({ type, link: await renew(), store, onProgress, signal });
  }
}

async function attempt({ type, link, store, onProgress, signal }) {
  const kept = await store.get(type);
  const same = kept?.etag === link.ETag;
  const response = await fetch(link.download_url, {
    headers: conditions(kept, same),
    cache: "no-store",
    signal,
  });
  if (response.status === 304) return { model: kept, fetched: 0, resumedAt: 0 };
  if (response.status === 416 && same) {
    await store.remove(type);
    throw new WrongBytesError("More is kept than the model has. It was removed; download it again.");
  }
  if (response.status === 403) throw new ExpiredLinkError("The link has expired. Try again.");
  if (!response.ok) throw new Error(`The download answered ${response.status}. Try again.`);

  const etag = unquoted(response.headers.get("ETag"));
  if (etag !== link.ETag) throw new WrongBytesError("The link leads to another file. Try again.");
  const start = response.status === 206 ? kept : await store.begin(type, etag);
  const resumedAt = start.received;
  const total = resumedAt + Number(response.headers.get("Content-Length"));
  const received = await keepParts(response.body, start, store, (now) => onProgress(now, total));
  const model = await store.complete(received, await check(received, link, store));
  return { model, fetched: model.received - resumedAt, resumedAt };
}

function conditions(kept, same) {
  if (!kept) return {};
  if (kept.complete) return { "If-None-Match": `"${kept.etag}"` };
  return same && kept.received > 0 ? { Range: `bytes=${kept.received}-` } : {};
}

async function keepParts(body, start, store, onProgress) {
  let model = start;
  let waiting = [];
  let size = 0;
  const keep = async () => {
    if (size === 0) return;
    const bytes = new Uint8Array(await new Blob(waiting).arrayBuffer());
    [waiting, size] = [[], 0];
    model = await store.append(model, bytes);
  };
  const reader = body.getReader();
  onProgress(model.received);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      waiting.push(part.value);
      size += part.value.byteLength;
      if (size >= PART_BYTES) await keep();
      onProgress(model.received + size);
    }
  } finally {
    await keep();
  }
  return model;
}

async function check(model, link, store) {
  if (link.bytes !== undefined && model.received !== link.bytes) {
    await store.remove(model.type);
    throw new WrongBytesError(
      `${model.received} of ${link.bytes} bytes arrived. They were removed; download it again.`,
    );
  }
  // Models uploaded by hand may come without a sum.
  if (!link.sha256) return false;
  if ((await sha256(await store.bytes(model.type))) !== link.sha256) {
    await store.remove(model.type);
    throw new WrongBytesError("The checksum is wrong. The file was removed; download it again.");
  }
  return true;
}

function unquoted(etag) {
  return etag?.replace(/^(W\/)?"|"$/g, "") ?? null;
}
