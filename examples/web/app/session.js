const REFRESH_BEFORE_MS = 60_000;

/** Signed in or not. Tokens stay in memory: closing the page signs out. */
export class Session {
  #cognito;
  #tokens = null;
  #challenge = null;
  email = "";

  /** @param {import("./cognito.js").Cognito} cognito */
  constructor(cognito) {
    this.#cognito = cognito;
  }

  /** @returns {Promise<"signed in" | "new password">} what comes next. */
  async signIn(email, password) {
    this.email = email;
    return this.#take(await this.#cognito.signIn(email, password));
  }

  /** @returns {Promise<"signed in" | "new password">} */
  async setNewPassword(password) {
    return this.#take(await this.#cognito.setNewPassword(this.#challenge, this.email, password));
  }

  /**
   * The id token, renewed in time: the gateway's own 401 carries no CORS headers, so that the page
   * could not tell it from a lost network.
   */
  async idToken() {
    if (!this.#tokens) throw new Error("You are signed out. Sign in again.");
    if (Date.now() > this.#tokens.expiresAt - REFRESH_BEFORE_MS) {
      this.#take(await this.#cognito.refresh(this.#tokens.refreshToken));
    }
    return this.#tokens.idToken;
  }

  async signOut() {
    const refreshToken = this.#tokens?.refreshToken;
    this.#tokens = this.#challenge = null;
    if (refreshToken) await this.#cognito.revoke(refreshToken);
  }

  #take(answer) {
    if (answer.ChallengeName === "NEW_PASSWORD_REQUIRED") {
      this.#challenge = answer;
      return "new password";
    }
    const result = answer.AuthenticationResult;
    if (!result) throw new Error(`This page has no form for ${answer.ChallengeName}.`);
    this.#challenge = null;
    this.#tokens = {
      idToken: result.IdToken,
      refreshToken: result.RefreshToken ?? this.#tokens?.refreshToken,
      expiresAt: Date.now() + result.ExpiresIn * 1000,
    };
    return "signed in";
  }
}
