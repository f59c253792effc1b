import { openEnvelope } from "./envelope.js";
import { ModelError } from "./errors.js";

/** The cache's keys have to be URLs; nothing is ever fetched from here. */
const CHUNKS = "https://models.invalid/chunks/";
const STATES = "https://models.invalid/states/";

/**
 * @typedef {object} State
 * @property {import("./envelope.js").Index | null} latest the newest index that was accepted.
 * @property {Map<string, import("./envelope.js").Index>} inUse by type, the index whose model it is.
 */

/** Verified chunks under their sha256, and one state, in a cache of Cache Storage. */
export class Store {
  #name;

  constructor(name) {
    this.#name = name;
  }

  /**
   * What was put last and is signed by a key that is trusted now.
   *
   * @param {Map<string, CryptoKey>} keys
   * @returns {Promise<State>}
   */
  async state(keys) {
    const cache = await this.#cache();
    for (const key of await stateKeys(cache)) {
      const saved = await (await cache.match(key))?.json().catch(() => null);
      if (saved) return readState(saved, keys);
    }
    return { latest: null, inUse: new Map() };
  }

  /**
   * Puts the state in one step: beside the one before, which goes afterwards. A browser may remove
   * an entry before it writes another under the same key.
   *
   * @param {State} state
   */
  async putState({ latest, inUse }) {
    const indexes = [...new Set([latest, ...inUse.values()])].filter((index) => index !== null);
    const saved = {
      latest: latest && indexes.indexOf(latest),
      inUse: [...inUse].map(([type, index]) => [type, indexes.indexOf(index)]),
      envelopes: indexes.map((index) => index.envelope),
    };
    const cache = await this.#cache();
    const before = await stateKeys(cache);
    const next = before.length ? numberOf(before[0]) + 1 : 1;
    await this.#put(cache, `${STATES}${next}`, JSON.stringify(saved));
    await Promise.all(before.map((key) => cache.delete(key)));
  }

  /** @returns {Promise<Set<string>>} the chunks that are here, whether right or not. */
  async chunks() {
    return new Set((await keysBelow(await this.#cache(), CHUNKS)).map((url) => url.slice(CHUNKS.length)));
  }

  /**
   * @param {{sha256: string, bytes: number}} chunk
   * @returns {Promise<Uint8Array | null>} its bytes, verified; null when it is not here. One with
   *   wrong bytes is removed.
   */
  async chunk({ sha256, bytes }) {
    const cache = await this.#cache();
    const found = await cache.match(CHUNKS + sha256);
    if (!found) return null;
    // A damaged disk may also make reading fail.
    const content = new Uint8Array(await found.arrayBuffer().catch(() => new ArrayBuffer(0)));
    if (content.byteLength === bytes && (await hash(content)) === sha256) return content;
    await cache.delete(CHUNKS + sha256);
    return null;
  }

  /** Keeps bytes whose sum was checked. */
  async putChunk(sha256, content) {
    await this.#put(await this.#cache(), CHUNKS + sha256, content);
  }

  /** Removes every chunk that is not in the set. */
  async keepOnly(wanted) {
    const cache = await this.#cache();
    const unwanted = [...(await this.chunks())].filter((sha256) => !wanted.has(sha256));
    await Promise.all(unwanted.map((sha256) => cache.delete(CHUNKS + sha256)));
  }

  #cache() {
    return caches.open(this.#name);
  }

  async #put(cache, key, content) {
    try {
      await cache.put(key, new Response(content));
    } catch (cause) {
      if (cause?.name !== "QuotaExceededError") throw cause;
      const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
      const used = quota === undefined ? "" : ` (${megabytes(usage)} of ${megabytes(quota)} used)`;
      throw new ModelError(
        "storage-full",
        `The browser gives this site no more storage${used}. Free space on the device or remove a model; what is in use stays.`,
        { cause },
      );
    }
  }
}

async function readState({ latest, inUse, envelopes }, keys) {
  const indexes = await Promise.all(
    envelopes.map((envelope) => openEnvelope(envelope, keys).catch(() => null)),
  );
  const trusted = inUse.filter(([type, at]) => indexes[at]?.types.get(type)?.model);
  return {
    latest: latest === null ? null : indexes[latest],
    inUse: new Map(trusted.map(([type, at]) => [type, indexes[at]])),
  };
}

async function keysBelow(cache, prefix) {
  return (await cache.keys()).map((request) => request.url).filter((url) => url.startsWith(prefix));
}

/** The newest first. */
async function stateKeys(cache) {
  return (await keysBelow(cache, STATES)).sort((a, b) => numberOf(b) - numberOf(a));
}

function numberOf(stateKey) {
  return Number(stateKey.slice(STATES.length));
}

/** @returns {Promise<string>} lower-case hex of the SHA-256. */
export async function hash(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
