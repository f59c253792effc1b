import { sha256 } from "./sha256.js";

/** One write per part: small enough to lose little, large enough to be quick. */
const PART_BYTES = 1 << 20;

/** The link was refused: it has expired, or its credentials have. */
export class ExpiredLinkError extends Error {}
/** What arrived is not what was promoted. */
export class WrongBytesError extends Error {}

/**
 * Brings a model to the device: goes on where an earlier try ended, fetches nothing when the
 * same bytes are here, and checks the sum before it calls them a model. Until then the model
 * that is here stays.
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
  const [model, begun] = await Promise.all([store.model(type), store.download(type)]);
  const kept = begun?.etag === link.ETag && begun.received > 0 ? begun : null;
  if (kept && kept.received >= link.bytes) return finish(kept, link, store, kept.received);
  const response = await fetch(link.download_url, {
    headers: conditions(model, kept),
    cache: "no-store",
    signal,
  });
  if (response.status === 304) return { model, fetched: 0, resumedAt: 0 };
  if (response.status === 416 && kept) {
    await store.discard(kept);
    throw new WrongBytesError("More is kept than the model has. It was removed; download it again.");
  }
  if (response.status === 403) throw new ExpiredLinkError("The link has expired. Try again.");
  if (!response.ok) throw new Error(`The download answered ${response.status}. Try again.`);

  const etag = unquoted(response.headers.get("ETag"));
  if (etag !== link.ETag) throw new WrongBytesError("The link leads to another file. Try again.");
  const start = response.status === 206 ? kept : await store.begin(type, link);
  const resumedAt = start.received;
  const total = resumedAt + Number(response.headers.get("Content-Length"));
  const received = await keepParts(response.body, start, store, (now) => onProgress(now, total));
  return finish(received, link, store, resumedAt);
}

async function finish(received, link, store, resumedAt) {
  const model = await store.complete(received, await check(received, link, store));
  return { model, fetched: model.received - resumedAt, resumedAt };
}

function conditions(model, kept) {
  if (kept) return { Range: `bytes=${kept.received}-` };
  return model ? { "If-None-Match": `"${model.etag}"` } : {};
}

async function keepParts(body, start, store, onProgress) {
  let download = start;
  let waiting = [];
  let size = 0;
  const keep = async () => {
    if (size === 0) return;
    const bytes = new Uint8Array(await new Blob(waiting).arrayBuffer());
    [waiting, size] = [[], 0];
    download = await store.append(download, bytes);
  };
  const reader = body.getReader();
  onProgress(download.received);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      waiting.push(part.value);
      size += part.value.byteLength;
      if (size >= PART_BYTES) await keep();
      onProgress(download.received + size);
    }
  } finally {
    await keep();
  }
  return download;
}

async function check(download, link, store) {
  if (link.bytes !== undefined && download.received !== link.bytes) {
    await store.discard(download);
    throw new WrongBytesError(
      `${download.received} of ${link.bytes} bytes arrived. They were removed; download it again.`,
    );
  }
  // Models uploaded by hand may come without a sum.
  if (!link.sha256) return false;
  if ((await sha256(await store.bytes(download))) !== link.sha256) {
    await store.discard(download);
    throw new WrongBytesError("The checksum is wrong. The file was removed; download it again.");
  }
  return true;
}

function unquoted(etag) {
  return etag?.replace(/^(W\/)?"|"$/g, "") ?? null;
}
