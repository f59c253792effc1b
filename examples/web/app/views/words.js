/** @returns {string} such as "3.4 MB". */
export function megabytes(bytes) {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @returns {string} the file's name, version and size, as far as known. */
export function facts(link) {
  const version = link.version === undefined ? "uploaded by hand" : `version ${link.version}`;
  const size = link.bytes === undefined ? "size unknown" : megabytes(link.bytes);
  return `${link.model_name} · ${version} · ${size}`;
}

/** What is on the device, and what the main button then does. */
export function situation(kept, link) {
  const same = kept?.etag === link.ETag;
  if (kept?.complete && same) {
    const sum = kept.checked ? "checksum verified" : "published without a checksum";
    return { state: `On this device, ${sum}.`, download: "Check again" };
  }
  if (kept?.complete) {
    return { state: "An older version is on this device.", download: "Update" };
  }
  if (same && kept.received > 0) {
    const all = link.bytes === undefined ? "" : ` of ${megabytes(link.bytes)}`;
    return { state: `Paused at ${megabytes(kept.received)}${all}.`, download: "Resume" };
  }
  return { state: "Not on this device.", download: "Download" };
}
