const DATABASE = "vis-assis-models";

/**
 * @typedef {object} Stored
 * @property {string} id of its bytes.
 * @property {string} type model type, the key.
 * @property {string} etag without quotes: which bytes these are.
 * @property {number} received bytes kept so far.
 * @property {boolean} checked whether the checksum was there and right.
 * @property {string} model_name as the API said, like `version` and `bytes`.
 * @property {number | undefined} version
 * @property {number | undefined} bytes
 */

/**
 * Zips in IndexedDB: per type one whole model, and one download in parts as they came, so that it
 * goes on after a reload. A model stays until the download that replaces it is whole and checked.
 */
export class ModelStore {
  #database;

  constructor(database) {
    this.#database = database;
  }

  /** @returns {Promise<ModelStore>} */
  static async open() {
    const request = indexedDB.open(DATABASE, 2);
    request.onupgradeneeded = () => {
      // Version 1 told no models from downloads: what it kept is downloaded again.
      for (const name of request.result.objectStoreNames) request.result.deleteObjectStore(name);
      request.result.createObjectStore("models", { keyPath: "type" });
      request.result.createObjectStore("downloads", { keyPath: "type" });
      request.result.createObjectStore("parts", { keyPath: ["id", "offset"] });
    };
    return new ModelStore(await done(request));
  }

  /** @returns {Promise<string[]>} of models and downloads. */
  async types() {
    const [models, downloads] = await Promise.all(
      ["models", "downloads"].map((name) => done(this.#read(name).getAllKeys())),
    );
    return [...new Set([...models, ...downloads])];
  }

  /** @returns {Promise<Stored | undefined>} the whole one. */
  async model(type) {
    return done(this.#read("models").get(type));
  }

  /** @returns {Promise<Stored | undefined>} what is not whole or not checked yet. */
  async download(type) {
    return done(this.#read("downloads").get(type));
  }

  /** Begins a download anew; the model stays. */
  async begin(type, { ETag: etag, model_name, version, bytes }) {
    const before = await this.download(type);
    const id = crypto.randomUUID();
    const download = { id, type, etag, model_name, version, bytes, received: 0, checked: false };
    await this.#write(({ downloads, parts }) => {
      if (before) parts.delete(everyPartOf(before));
      downloads.put(download);
    });
    return download;
  }

  /** Adds a part and the count of it in one step: neither is kept without the other. */
  async append(download, bytes) {
    const next = { ...download, received: download.received + bytes.byteLength };
    await this.#write(({ downloads, parts }) => {
      parts.put({ id: download.id, offset: download.received, bytes });
      downloads.put(next);
    });
    return next;
  }

  /** Puts the download in the place of the model, in one step. */
  async complete(download, checked) {
    const before = await this.model(download.type);
    const model = { ...download, checked };
    await this.#write(({ models, downloads, parts }) => {
      if (before) parts.delete(everyPartOf(before));
      downloads.delete(download.type);
      models.put(model);
    });
    return model;
  }

  /** Forgets the download; the model stays. */
  async discard(download) {
    await this.#write(({ downloads, parts }) => {
      parts.delete(everyPartOf(download));
      downloads.delete(download.type);
    });
  }

  /** Forgets all that is kept of the type. */
  async remove(type) {
    const kept = await Promise.all([this.model(type), this.download(type)]);
    await this.#write(({ models, downloads, parts }) => {
      for (const stored of kept) if (stored) parts.delete(everyPartOf(stored));
      models.delete(type);
      downloads.delete(type);
    });
  }

  /** @returns {Promise<Uint8Array>} all bytes kept of a model or download, in order. */
  async bytes(stored) {
    const parts = await done(this.#read("parts").getAll(everyPartOf(stored)));
    return new Uint8Array(await new Blob(parts.map((part) => part.bytes)).arrayBuffer());
  }

  #read(name) {
    return this.#database.transaction(name).objectStore(name);
  }

  #write(change) {
    const names = ["models", "downloads", "parts"];
    const transaction = this.#database.transaction(names, "readwrite");
    change(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function everyPartOf({ id }) {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
