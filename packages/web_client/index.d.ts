/** Why a call ended. A lost network is fetch's own `TypeError`, an abort the signal's reason. */
export type ModelErrorCode =
  /** The index has no signature of a key that this front end was built with. */
  | "unsigned"
  /** The index is not in the form that it should have. */
  | "malformed"
  /** The index is older than one that was here before. */
  | "rollback"
  /** The index has ended, or this device's clock is wrong. */
  | "expired"
  /** The API or a download answered with `status`. */
  | "refused"
  /** What came is not what was signed. */
  | "wrong-bytes"
  /** The browser gives no more storage; what is in use stays. */
  | "storage-full"
  | "not-installed"
  | "no-such-file"
  /** The browser or the disk lost a part: `sync` fetches it again. */
  | "damaged"
  /** The browser lacks what this needs, or the page is not on HTTPS. */
  | "unsupported";

export class ModelError extends Error {
  readonly code: ModelErrorCode;
  /** HTTP status, with `refused`. */
  readonly status?: number;
  /** Seconds that the service asks to wait. */
  readonly retryAfter: number | null;
  constructor(
    code: ModelErrorCode,
    message: string,
    details?: { cause?: unknown; status?: number; retryAfter?: number | null },
  );
}

export interface ModelFile {
  path: string;
  bytes: number;
  sha256: string;
  stored: { key: string; version_id: string; bytes: number; sha256: string; chunks: string[] };
}

/** What the index says of a model; see docs/delivery.md for all fields. */
export interface Model {
  origin: "registry" | "upload";
  version: number | null;
  repository: string | null;
  revision: string | null;
  licence: string | null;
  files: ModelFile[];
  [field: string]: unknown;
}

export interface Entry {
  sequence: number;
  /** null when nothing is served. */
  model: Model | null;
}

export interface Options {
  /** URL of the API, without `/models`. */
  endpoint: string;
  /** The id token; called for every request to the API. */
  getToken: () => string | Promise<string>;
  /** `NEXT_PUBLIC_MODEL_SIGNING_KEYS` of the build; "" accepts an index without a signature. */
  keys: string;
  /** Name of the cache and of the lock; "vis-assis-models" by default. */
  name?: string;
}

export interface Progress {
  type: string;
  /** Bytes of the model that are here, `total` at its end. */
  received: number;
  total: number;
  /** Bytes that this call has fetched for the type. */
  fetched: number;
}

export interface SyncOptions {
  /** All that the index names without it. */
  types?: string[];
  onProgress?: (progress: Progress) => void;
  /** Ends it; finished chunks are kept. */
  signal?: AbortSignal;
}

export interface SyncResult {
  /** Of the index. */
  sequence: number;
  /** Bytes as they cross the network; `before` is the sequence that was in use, null for none. */
  types: Record<
    string,
    { sequence: number; before: number | null; held: number; fetched: number; total: number }
  >;
}

export interface TypeStatus {
  inUse: Entry | null;
  /** Whether every chunk of the model in use is here and right. */
  healthy: boolean;
  /** What the index named last. */
  offered: Entry | null;
  /** Whether something of it is here that no model in use has. */
  begun: boolean;
  /** Bytes that are here of the model that is offered, or in use where none is. */
  received: number;
  total: number;
}

export interface Status {
  /** Whether the browser promised to keep the data; Safari deletes it after seven days otherwise. */
  persisted: boolean;
  usage: number | null;
  quota: number | null;
  sequence: number | null;
  issuedAt: string | null;
  expiresAt: string | null;
  types: Record<string, TypeStatus>;
}

export class ModelFiles {
  readonly type: string;
  readonly sequence: number;
  readonly model: Model;
  readonly paths: string[];
  match(request: string | URL | Request): Promise<Response | undefined>;
  bytes(path: string): Promise<Uint8Array>;
  put(): Promise<void>;
}

export interface Models {
  sync(options?: SyncOptions): Promise<SyncResult>;
  open(type: string): Promise<ModelFiles>;
  status(): Promise<Status>;
  remove(type: string): Promise<void>;
}

export function createModels(options: Options): Models;
