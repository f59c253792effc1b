/** What Cognito refused; `code` is its exception, such as NotAuthorizedException. */
export class CognitoError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const WORDS = {
  NotAuthorizedException: "Email or password is wrong, or the temporary password has expired.",
  InvalidPasswordException: "The new password does not follow the rules.",
  TooManyRequestsException: "Too many attempts. Wait a minute and try again.",
};

/**
 * Cognito's public operations, by plain POST: they take no AWS credentials and any origin.
 *
 * The password itself goes out, over TLS (USER_PASSWORD_AUTH); SRP would spare that at the price
 * of a big-number library.
 */
export class Cognito {
  /**
   * @param {string} url such as https://cognito-idp.eu-west-1.amazonaws.com/
   * @param {string} clientId app client without a secret.
   */
  constructor(url, clientId) {
    this.url = url;
    this.clientId = clientId;
  }

  signIn(email, password) {
    return this.#call("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: email, PASSWORD: password },
    });
  }

  refresh(refreshToken) {
    return this.#call("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    });
  }

  /** Answers NEW_PASSWORD_REQUIRED. */
  setNewPassword(challenge, email, password) {
    return this.#call("RespondToAuthChallenge", {
      ChallengeName: challenge.ChallengeName,
      Session: challenge.Session,
      ChallengeResponses: {
        USERNAME: challenge.ChallengeParameters?.USER_ID_FOR_SRP ?? email,
        NEW_PASSWORD: password,
      },
    });
  }

  revoke(refreshToken) {
    return this.#call("RevokeToken", { Token: refreshToken });
  }

  async #call(operation, body) {
    const response = await fetch(this.url, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ ClientId: this.clientId, ...body }),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    const code = (answer.__type ?? `HTTP ${response.status}`).split("#").pop();
    throw new CognitoError(code, WORDS[code] ?? answer.message ?? "Sign-in failed.");
  }
}
