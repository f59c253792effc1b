import { createModels } from "/src/index.js";

const options = { endpoint: location.origin, getToken: () => "token" };

/** What `work` gives, or why it failed. */
async function outcome(work) {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: error.name, code: error.code ?? null, message: error.message };
  }
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

window.client = {
  models: (keys, name) => createModels({ ...options, keys, name }),
  sync: (keys, name, types) =>
    outcome(() => window.client.models(keys, name).sync({ types, ...window.syncOptions })),
  status: (keys, name) => outcome(() => window.client.models(keys, name).status()),
  remove: (keys, name, type) => outcome(() => window.client.models(keys, name).remove(type)),
  /** The sha256 of each file, by path, as the model's user reads it. */
  read: (keys, name, type) =>
    outcome(async () => {
      const files = await window.client.models(keys, name).open(type);
      const sums = {};
      for (const path of files.paths) {
        sums[path] = await sha256(await files.bytes(path));
        const matched = await files.match(`/models/${type}/${path}`);
        if (sums[path] !== (await sha256(await matched.arrayBuffer()))) throw new Error(path);
      }
      return sums;
    }),
  /** The entries of the cache, by the end of their URL. */
  entries: async (name) => (await (await caches.open(name)).keys()).map((key) => key.url),
};
