/** @returns {string} such as "3.4 MB". */
export function megabytes(bytes) {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * @param {{model_name: string, version?: number, bytes?: number}} known entry of the API, or what
 *   was kept of it.
 * @returns {string} the file's name, version and size, as far as known.
 */
export function facts(known) {
  const version = known.version === undefined ? "uploaded by hand" : `version ${known.version}`;
  const size = known.bytes === undefined ? "size unknown" : megabytes(known.bytes);
  return `${known.model_name} · ${version} · ${size}`;
}

/**
 * What is on the device, and what the main button then does.
 *
 * @param {import("../model_store.js").Stored | undefined} model
 * @param {import("../model_store.js").Stored | undefined} begun download.
 * @param {object | null} link null when the API names none.
 * @returns {{state: string, download: string | null}} null for nothing that it could do.
 */
export function situation(model, begun, link) {
  if (model && (!link || model.etag === link.ETag)) {
    const sum = model.checked ? "checksum verified" : "published without a checksum";
    return { state: `On this device, ${sum}.`, download: link && "Check again" };
  }
  if (begun?.received > 0 && (!link || begun.etag === link.ETag)) {
    const all = begun.bytes === undefined ? "" : ` of ${megabytes(begun.bytes)}`;
    const meanwhile = model ? " The older version works until then." : "";
    return {
      state: `Paused at ${megabytes(begun.received)}${all}.${meanwhile}`,
      download: link && "Resume",
    };
  }
  if (model) return { state: "An older version is on this device.", download: "Update" };
  return { state: "Not on this device.", download: link && "Download" };
}
