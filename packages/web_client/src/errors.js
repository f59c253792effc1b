/** What ends a call; `code` tells programs why (see `ModelErrorCode` in index.d.ts). */
export class ModelError extends Error {
  /**
   * @param {import("../index.js").ModelErrorCode} code
   * @param {string} message
   * @param {{cause?: unknown, status?: number, retryAfter?: number | null}} [details]
   */
  constructor(code, message, { cause, status, retryAfter } = {}) {
    super(message, { cause });
    this.name = "ModelError";
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter ?? null;
  }
}
