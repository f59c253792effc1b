import { chunksOf, fetchChunks, LinkExpired } from "./download.js";
import { importKeys, openEnvelope } from "./envelope.js";
import { ModelError } from "./errors.js";
import { ModelFiles } from "./files.js";
import { Store } from "./store.js";

export { ModelError, ModelFiles };

const MAX_PAGES = 1000;

/**
 * @param {import("../index.js").Options} options
 * @returns {Models}
 */
export function createModels(options) {
  return new Models(options);
}

class Models {
  #endpoint;
  #getToken;
  #keys;
  #store;
  #lock;

  constructor({ endpoint, getToken, keys, name = "vis-assis-models" }) {
    if (typeof keys !== "string") {
      throw new TypeError('keys is missing: pass the release keys of the build, or "" for none.');
    }
    if (!globalThis.caches || !globalThis.crypto?.subtle || !navigator.locks) {
      throw new ModelError("unsupported", "Models need a browser of 2023 or later, on HTTPS or localhost.");
    }
    this.#endpoint = endpoint.replace(/\/+$/, "");
    this.#getToken = getToken;
    this.#keys = importKeys(keys);
    this.#keys.catch(() => {}); // each call throws it
    this.#store = new Store(name);
    this.#lock = name;
  }

  /**
   * Brings models to the device: asks the API, then type by type fetches what is missing and
   * switches to the new model in one step. The one before serves until then, and after it where
   * none is served any more.
   *
   * @param {import("../index.js").SyncOptions} [options]
   * @returns {Promise<import("../index.js").SyncResult>}
   */
  async sync({ types, onProgress = () => {}, signal } = {}) {
    // Firefox asks the user, who may take their time.
    navigator.storage?.persist?.().catch(() => {});
    return this.#alone(signal, async () => {
      /** @type {import("../index.js").SyncResult} */
      const result = { sequence: 0, types: {} };
      for (let expired = false; ; expired = true) {
        let progressed = false;
        const onChunk = () => {
          progressed = true;
        };
        try {
          await this.#attempt(result, { types, onProgress, onChunk, signal });
          return result;
        } catch (error) {
          // Links end: new ones are asked for as long as the last ones led on.
          if (!(error instanceof LinkExpired) || (expired && !progressed)) throw error;
        }
      }
    });
  }

  /**
   * @param {string} type
   * @returns {Promise<ModelFiles>} the files of the model in use.
   * @throws {ModelError} `not-installed` or `damaged`.
   */
  async open(type) {
    const [state, here] = await Promise.all([this.#state(), this.#store.chunks()]);
    const entry = state.inUse.get(type)?.types.get(type);
    if (!entry?.model) {
      throw new ModelError("not-installed", `${type} is not on this device: call sync first.`);
    }
    if (!distinctChunks(entry.model).every(({ sha256 }) => here.has(sha256))) {
      throw new ModelError("damaged", `${type} is not whole on this device any more: call sync.`);
    }
    return new ModelFiles(type, /** @type {any} */ (entry), this.#store);
  }

  /**
   * What is here, every chunk of it verified, which reads all of it.
   *
   * @returns {Promise<import("../index.js").Status>}
   */
  async status() {
    const state = await this.#state();
    const verified = this.#verifier();
    /** @type {Record<string, import("../index.js").TypeStatus>} */
    const types = {};
    const used = chunksInUse(state);
    for (const type of new Set([...(state.latest?.types.keys() ?? []), ...state.inUse.keys()])) {
      const inUse = state.inUse.get(type)?.types.get(type) ?? null;
      const offered = state.latest?.types.get(type) ?? null;
      const isHealthy = inUse?.model ? (await missingOf(inUse.model, verified)).size === 0 : false;
      const { received, total } = await amountOf((offered?.model ? offered : inUse)?.model, verified);
      const isBegun = await some(
        distinctChunks(offered?.model).filter(({ sha256 }) => !used.has(sha256)), verified,
      );
      types[type] = { inUse, healthy: isHealthy, offered, begun: isBegun, received, total };
    }
    const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
    return {
      persisted: (await navigator.storage?.persisted?.()) ?? false,
      usage: usage ?? null,
      quota: quota ?? null,
      sequence: state.latest?.sequence ?? null,
      issuedAt: state.latest?.issuedAt ?? null,
      expiresAt: state.latest?.expiresAt ?? null,
      types,
    };
  }

  /**
   * Forgets the type's model and what has come of the next one.
   *
   * @param {string} type
   */
  async remove(type) {
    await this.#alone(undefined, async () => {
      const state = await this.#state();
      if (state.inUse.delete(type)) await this.#store.putState(state);
      await this.#prune(state, type);
    });
  }

  /** Tabs wait for each other, so that nothing is fetched twice. */
  #alone(signal, work) {
    return navigator.locks.request(this.#lock, { signal }, work);
  }

  async #state() {
    return this.#store.state(await this.#keys);
  }

  async #attempt(result, { types, onProgress, onChunk, signal }) {
    const state = await this.#state();
    const verified = this.#verifier();
    const held = [];
    for (const [type, index] of state.inUse) {
      const { sequence, model } = /** @type {any} */ (index.types.get(type));
      const asked = !types || types.includes(type);
      if (asked && (await missingOf(model, verified)).size === 0) held.push(`${type}:${sequence}`);
    }
    const { index, links } = await this.#ask(types, held, signal);
    // The same number with other files: the stack was made anew. Its links are asked for once more.
    const renumbered = [];
    for (const type of types ?? index.types.keys()) {
      const { sequence, model } = index.types.get(type) ?? {};
      if (held.includes(`${type}:${sequence}`) && (await missingOf(model, verified)).size) {
        renumbered.push(type);
      }
    }
    if (renumbered.length) Object.assign(links, (await this.#ask(renumbered, [], signal)).links);
    accept(index, state.latest);
    state.latest = index;
    result.sequence = index.sequence;
    await this.#store.putState(state);
    await this.#prune(state);

    let failure = null;
    for (const type of types ?? index.types.keys()) {
      const entry = index.types.get(type);
      // One that is not published file by file is served as a zip only.
      if (!entry?.model?.files.length) continue;
      const missing = await missingOf(entry.model, verified);
      const amount = await amountOf(entry.model, verified);
      const before = state.inUse.get(type)?.types.get(type)?.sequence ?? null;
      const told = (result.types[type] ??= {
        sequence: entry.sequence, before, held: amount.received, fetched: 0, total: amount.total,
      });
      let { received } = amount;
      const onBytes = (bytes) => {
        received += bytes;
        told.fetched += bytes;
        onProgress({ type, received, total: amount.total, fetched: told.fetched });
      };
      onBytes(0);
      const options = { links, store: this.#store, onBytes, onChunk, signal };
      try {
        await fetchChunks(entry.model.files, missing, options);
      } catch (error) {
        // What is wrong with one model is no reason to keep the others from coming.
        const isOfThisModel = ["refused", "wrong-bytes"].includes(error.code);
        if (!isOfThisModel || error instanceof LinkExpired) throw error;
        failure ??= error;
        continue;
      }
      state.inUse.set(type, index);
      await this.#store.putState(state);
      await this.#prune(state);
    }
    if (failure) throw failure;
  }

  /** What the API says, all pages of it; the envelope is verified. */
  async #ask(types, held, signal) {
    const query = new URLSearchParams();
    if (types?.length) query.set("types", types.join(","));
    if (held.length) query.set("have", held.join(","));
    const links = {};
    let index = null;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const answer = await this.#get(query, signal);
      const opened = await openEnvelope(answer.index, await this.#keys);
      if (index && opened.sequence !== index.sequence) {
        // It changed between two pages: begin again.
        index = null;
        query.delete("page");
        continue;
      }
      index = opened;
      Object.assign(links, answer.links);
      if (!answer.next || types?.length === 0) return { index, links };
      query.set("page", answer.next);
    }
    throw new ModelError("refused", `The service has more than ${MAX_PAGES} pages of links. Try again.`);
  }

  async #get(query, signal) {
    const response = await fetch(`${this.#endpoint}/models?${query}`, {
      headers: { Authorization: await this.#getToken() },
      cache: "no-store",
      signal,
    });
    const answer = await response.json().catch((error) => {
      if (error.name === "AbortError" || response.ok) throw error;
      return null;
    });
    if (response.ok) return answer ?? {};
    throw new ModelError("refused", answer?.message ?? `The service answered ${response.status}.`, {
      status: response.status,
      retryAfter: Number(response.headers.get("Retry-After")) || null,
    });
  }

  /** Tells whether a chunk is here and right; reads each that is only once. */
  #verifier() {
    const right = new Set();
    return async (chunk) => {
      if (!right.has(chunk.sha256) && (await this.#store.chunk(chunk))) right.add(chunk.sha256);
      return right.has(chunk.sha256);
    };
  }

  /** Removes the chunks of no model that is in use or offered; those of `removed` are not offered. */
  async #prune({ latest, inUse }, removed = null) {
    const offered = [...(latest?.types.values() ?? [])].flatMap(({ model }) => distinctChunks(model));
    const gone = new Set(distinctChunks(latest?.types.get(removed)?.model).map((chunk) => chunk.sha256));
    const kept = offered.map(({ sha256 }) => sha256).filter((sha256) => !gone.has(sha256));
    await this.#store.keepOnly(new Set([...kept, ...chunksInUse({ inUse })]));
  }
}

/** Refuses an index that ends an update or turns it back. */
function accept(index, latest) {
  if (latest && index.sequence < latest.sequence) {
    throw new ModelError(
      "rollback",
      `The service offers index ${index.sequence}, older than ${latest.sequence}, which was here before.`,
    );
  }
  if (Date.parse(index.expiresAt) <= Date.now()) {
    const now = new Date().toISOString();
    throw new ModelError(
      "expired",
      `The index ended at ${index.expiresAt}; this device's clock says ${now}. Check the clock, or try later.`,
    );
  }
}

function distinctChunks(model) {
  const chunks = model?.files.flatMap(chunksOf) ?? [];
  return [...new Map(chunks.map((chunk) => [chunk.sha256, chunk])).values()];
}

/** @returns {Set<string>} */
function chunksInUse({ inUse }) {
  const models = [...inUse].map(([type, index]) => index.types.get(type)?.model);
  return new Set(models.flatMap(distinctChunks).map(({ sha256 }) => sha256));
}

async function some(chunks, verified) {
  for (const chunk of chunks) if (await verified(chunk)) return true;
  return false;
}

async function missingOf(model, verified) {
  const missing = new Set();
  for (const chunk of distinctChunks(model)) {
    if (!(await verified(chunk))) missing.add(chunk.sha256);
  }
  return missing;
}

async function amountOf(model, verified) {
  let [received, total] = [0, 0];
  for (const chunk of distinctChunks(model)) {
    total += chunk.bytes;
    if (await verified(chunk)) received += chunk.bytes;
  }
  return { received, total };
}
