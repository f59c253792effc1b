/** @returns {string} such as "3.4 MB". */
export function megabytes(bytes) {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * @param {import("../../vendor/web_client/index.js").TypeStatus} status
 * @returns {string} name, version and size of the model that is offered, else of the one in use.
 */
export function facts({ offered, inUse, total }) {
  const { repository, key, version, licence } = offered?.model ?? inUse.model;
  const name = repository ?? key.split("/").pop();
  const origin = version === null ? "uploaded by hand" : `version ${version}`;
  return [name, origin, licence, megabytes(total)].filter(Boolean).join(" · ");
}

/**
 * What is on the device, and what the main button then does.
 *
 * @param {import("../../vendor/web_client/index.js").TypeStatus} status
 * @returns {{state: string, download: string | null}} null for nothing that it could do.
 */
export function situation({ inUse, healthy, offered, begun, received, total }) {
  const isServed = Boolean(offered?.model);
  if (inUse && !healthy) {
    return { state: "A part of it was lost on this device.", download: isServed ? "Repair" : null };
  }
  if (inUse && (!isServed || offered.sequence === inUse.sequence)) {
    return { state: "On this device, verified.", download: isServed ? "Check again" : null };
  }
  const missing = megabytes(total - received);
  if (inUse) {
    const state = `An older version is on this device and works. ${missing} to fetch.`;
    return { state, download: "Update" };
  }
  if (begun) {
    return { state: `Paused at ${megabytes(received)} of ${megabytes(total)}.`, download: "Resume" };
  }
  return { state: "Not on this device.", download: isServed ? "Download" : null };
}
