/** A request that the API refused, in its words. */
export class BackendError extends Error {
  /**
   * @param {number} status
   * @param {number | null} retryAfter seconds.
   */
  constructor(status, message, retryAfter) {
    super(retryAfter ? `${message} (in ${retryAfter} seconds)` : message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** The API's route for questions; the web client has the one for models. */
export class Backend {
  #url;
  #session;

  /** @param {import("./session.js").Session} session */
  constructor(url, session) {
    this.#url = url;
    this.#session = session;
  }

  /** @returns {Promise<Record<string, string>>} the three answers, "" for what was not asked. */
  navigate(imageData, prompts) {
    return this.#call("/invokesagemakerinference", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ image_data: imageData, ...prompts }),
    });
  }

  async #call(path, options) {
    const headers = { ...options.headers, Authorization: await this.#session.idToken() };
    const response = await fetch(this.#url + path, { ...options, headers }).catch(() => {
      throw new BackendError(0, "The service cannot be reached from this page.", null);
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    const retryAfter = Number(response.headers.get("Retry-After")) || null;
    throw new BackendError(
      response.status,
      answer.message ?? `The service answered ${response.status}.`,
      retryAfter,
    );
  }
}
