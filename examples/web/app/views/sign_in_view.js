import { complain } from "../announce.js";
import { whileBusy } from "./busy.js";

const section = document.getElementById("sign-in");
const signInForm = document.getElementById("sign-in-form");
const newPasswordForm = document.getElementById("new-password-form");
const email = document.getElementById("email");
const password = document.getElementById("password");
const newPassword = document.getElementById("new-password");

/**
 * @param {import("../session.js").Session} session
 * @param {() => void} onSignedIn
 */
export function showSignIn(session, onSignedIn) {
  const follow = (next) => {
    password.value = newPassword.value = "";
    complain("");
    if (next === "new password") {
      ask(newPasswordForm, newPassword);
      return;
    }
    section.hidden = true;
    onSignedIn();
  };
  signInForm.onsubmit = whileBusy(signInForm, async () => {
    follow(await session.signIn(email.value.trim(), password.value));
  });
  newPasswordForm.onsubmit = whileBusy(newPasswordForm, async () => {
    try {
      follow(await session.setNewPassword(newPassword.value));
    } catch (error) {
      if (error.code === "NotAuthorizedException") ask(signInForm, password);
      throw error;
    }
  });
  section.hidden = false;
  ask(signInForm, email);
}

function ask(form, first) {
  signInForm.hidden = form !== signInForm;
  newPasswordForm.hidden = form !== newPasswordForm;
  first.focus();
}
