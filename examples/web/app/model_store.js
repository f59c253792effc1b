const DATABASE = "vis-assis-models";

/**
 * @typedef {object} Stored
 * @property {string} type model type, the key.
 * @property {string} etag without quotes: which bytes these are.
 * @property {number} received bytes kept so far.
 * @property {boolean} complete
 * @property {boolean} checked whether the checksum was there and right.
 */

/** Zips in IndexedDB, in parts as they came, so that a download goes on after a reload. */
export class ModelStore {
  #database;

  constructor(database) {
    this.#database = database;
  }

  /** @returns {Promise<ModelStore>} */
  static async open() {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("models", { keyPath: "type" });
      request.result.createObjectStore("parts", { keyPath: ["type", "offset"] });
    };
    return new ModelStore(await done(request));
  }

  /** @returns {Promise<Stored | undefined>} */
  async get(type) {
    return done(this.#database.transaction("models").objectStore("models").get(type));
  }

  /** Forgets what was kept of the type and begins anew. */
  async begin(type, etag) {
    const model = { type, etag, received: 0, complete: false, checked: false };
    await this.#write((models, parts) => {
      parts.delete(everyPartOf(type));
      models.put(model);
    });
    return model;
  }

  /** Adds a part and the count of it in one step: neither is kept without the other. */
  async append(model, bytes) {
    const next = { ...model, received: model.received + bytes.byteLength };
    await this.#write((models, parts) => {
      parts.put({ type: model.type, offset: model.received, bytes });
      models.put(next);
    });
    return next;
  }

  async complete(model, checked) {
    const next = { ...model, complete: true, checked };
    await this.#write((models) => models.put(next));
    return next;
  }

  async remove(type) {
    await this.#write((models, parts) => {
      parts.delete(everyPartOf(type));
      models.delete(type);
    });
  }

  /** @returns {Promise<Uint8Array>} all bytes kept of the type, in order. */
  async bytes(type) {
    const store = this.#database.transaction("parts").objectStore("parts");
    const parts = await done(store.getAll(everyPartOf(type)));
    return new Uint8Array(await new Blob(parts.map((part) => part.bytes)).arrayBuffer());
  }

  #write(change) {
    const transaction = this.#database.transaction(["models", "parts"], "readwrite");
    change(transaction.objectStore("models"), transaction.objectStore("parts"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function everyPartOf(type) {
  return IDBKeyRange.bound([type, 0], [type, Infinity]);
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
