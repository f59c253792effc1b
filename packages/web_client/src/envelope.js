import { ModelError } from "./errors.js";

/** The stored bytes are signed in pieces of this size, the last one shorter. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

const HEX = /^[0-9a-f]{64}$/;
const TYPE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const FORBIDDEN_IN_PATHS = /[\u0000-\u001f\u007f\\]/;

/**
 * @typedef {object} Index a verified envelope, opened.
 * @property {object} envelope as it came.
 * @property {number} sequence
 * @property {string} issuedAt
 * @property {string} expiresAt
 * @property {Map<string, {sequence: number, model: import("../index.js").Model | null}>} types
 */

/**
 * The keys that a front end carries from its build.
 *
 * @param {string} text `{key_id}={base64 of SubjectPublicKeyInfo}`, comma-separated; "" for none.
 * @returns {Promise<Map<string, CryptoKey>>}
 */
export async function importKeys(text) {
  const keys = new Map();
  if (text === "") return keys;
  for (const entry of text.split(",").map((part) => part.trim()).filter(Boolean)) {
    const at = entry.indexOf("=");
    try {
      const key = decode(entry.slice(at + 1));
      const algorithm = { name: "ECDSA", namedCurve: "P-256" };
      if (at < 1) throw new Error("no key id");
      keys.set(
        entry.slice(0, at),
        await crypto.subtle.importKey("spki", key, algorithm, false, ["verify"]),
      );
    } catch (cause) {
      const found = JSON.stringify(entry.slice(0, 60));
      throw new TypeError(`keys: ${found} is not {key_id}={base64 of a P-256 public key}`, { cause });
    }
  }
  if (keys.size === 0) throw new TypeError('keys: no key is in it; only "" stands for none.');
  return keys;
}

/**
 * Checks signature and form; sequence and expiry are up to the caller.
 *
 * @param {any} envelope
 * @param {Map<string, CryptoKey>} keys without any, every envelope is accepted.
 * @returns {Promise<Index>}
 * @throws {ModelError} `unsigned` or `malformed`.
 */
export async function openEnvelope(envelope, keys) {
  must(envelope?.schema === 2, "envelope.schema is not 2");
  const payload = bytesOf(envelope.payload, "envelope.payload");
  if (keys.size > 0) await verify(envelope, payload, keys);
  let document;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (cause) {
    throw new ModelError("malformed", "The index is no JSON.", { cause });
  }
  return { envelope, ...parse(document) };
}

async function verify({ key_id: id, signature }, payload, keys) {
  const key = keys.get(id);
  if (!key) {
    const known = [...keys.keys()].join(", ");
    const said = id ? `the unknown key ${JSON.stringify(id)}` : "no key";
    throw new ModelError("unsigned", `The index is signed by ${said}; known: ${known}.`);
  }
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signed = bytesOf(signature, "envelope.signature");
  if (!(await crypto.subtle.verify(algorithm, key, signed, payload))) {
    throw new ModelError("unsigned", `The signature of ${id} does not fit the index.`);
  }
}

function parse(document) {
  must(isObject(document) && document.schema === 2, "schema is not 2");
  const { sequence, issued_at: issuedAt, expires_at: expiresAt, types } = document;
  must(isCount(sequence), "sequence is no whole number");
  for (const [name, time] of Object.entries({ issued_at: issuedAt, expires_at: expiresAt })) {
    must(TIME.test(time) && !Number.isNaN(Date.parse(time)), `${name} is no time in UTC`);
  }
  must(isObject(types), "types is no object");
  const entries = Object.entries(types).map(([type, entry]) => {
    must(TYPE.test(type), `the type ${JSON.stringify(type)} has no valid name`);
    must(isCount(entry?.sequence), `${type}: sequence is no whole number`);
    if (entry.model !== null) checkModel(type, entry.model);
    return /** @type {const} */ ([type, { sequence: entry.sequence, model: entry.model }]);
  });
  return { sequence, issuedAt, expiresAt, types: new Map(entries) };
}

function checkModel(type, model) {
  must(isObject(model) && Array.isArray(model.files), `${type}: the model lists no files`);
  const seen = new Set();
  for (const file of model.files) {
    const where = `${type}: ${JSON.stringify(file?.path)}`;
    must(isPath(file?.path), `${where} is no relative path`);
    must(!seen.has(file.path), `${where} is there twice`);
    seen.add(file.path);
    const { bytes, sha256, stored } = file;
    must(isCount(bytes) && isHash(sha256), `${where}: bytes or sha256 is wrong`);
    must(isCount(stored?.bytes) && stored.bytes > 0, `${where}: stored.bytes is wrong`);
    must(isHash(stored.sha256) && Array.isArray(stored.chunks), `${where}: stored is wrong`);
    const expected = Math.ceil(stored.bytes / CHUNK_BYTES);
    must(
      stored.chunks.length === expected && stored.chunks.every(isHash),
      `${where}: stored.chunks are not ${expected} hashes`,
    );
  }
}

function isPath(path) {
  return (
    typeof path === "string" &&
    !FORBIDDEN_IN_PATHS.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

function isHash(value) {
  return typeof value === "string" && HEX.test(value);
}

function must(condition, message) {
  if (!condition) throw new ModelError("malformed", `The index is malformed: ${message}.`);
}

function bytesOf(text, name) {
  try {
    return decode(text);
  } catch (cause) {
    throw new ModelError("malformed", `The index is malformed: ${name} is no base64.`, { cause });
  }
}

function decode(base64) {
  if (typeof base64 !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4) {
    throw new Error("no base64");
  }
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
