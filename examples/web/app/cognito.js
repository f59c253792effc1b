/** What Cognito refused; `code` is its exception, such as NotAuthorizedException. */
export class CognitoError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const TOO_MANY = "Too many attempts. Wait 15 minutes and try again.";
const WORDS = {
  InvalidPasswordException: "The new password does not follow the rules.",
  LimitExceededException: TOO_MANY,
  TooManyFailedAttemptsException: TOO_MANY,
  TooManyRequestsException: "The service is busy. Wait a minute and try again.",
};

/**
 * A sign-in is refused with NotAuthorizedException for several reasons, which only the text tells
 * apart: see https://github.com/aws-amplify/amplify-js/issues/1234. A lock-out lasts at most
 * about 15 minutes: "Lockout behavior" in AWS's "Things to know about authentication with user
 * pools".
 */
const REFUSED_SIGN_IN = [
  ["Password attempts exceeded", TOO_MANY],
  ["Temporary password has expired", "The temporary password has expired. Ask for a new invitation."],
  ["User is disabled", "This account is disabled. Ask whoever invited you."],
  ["", "Email or password is wrong."],
];

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
    return this.#call(
      "InitiateAuth",
      { AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: refreshToken } },
      [["", "Your session has expired. Sign out, then sign in again."]],
    );
  }

  /** Answers NEW_PASSWORD_REQUIRED. */
  setNewPassword(challenge, email, password) {
    return this.#call(
      "RespondToAuthChallenge",
      {
        ChallengeName: challenge.ChallengeName,
        Session: challenge.Session,
        ChallengeResponses: {
          USERNAME: challenge.ChallengeParameters?.USER_ID_FOR_SRP ?? email,
          NEW_PASSWORD: password,
        },
      },
      [["", "The sign-in took too long. Sign in again with the temporary password."]],
    );
  }

  revoke(refreshToken) {
    return this.#call("RevokeToken", { Token: refreshToken });
  }

  /** @param {[string, string][]} refused what begins NotAuthorizedException's text, and our words. */
  async #call(operation, body, refused = REFUSED_SIGN_IN) {
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
    const said = answer.message ?? "";
    const words =
      code === "NotAuthorizedException"
        ? refused.find(([beginning]) => said.startsWith(beginning))[1]
        : WORDS[code];
    throw new CognitoError(code, words ?? (said || "Sign-in failed."));
  }
}
