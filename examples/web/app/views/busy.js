import { complain } from "../announce.js";

/** A submit handler that runs once at a time and shows what goes wrong. */
export function whileBusy(form, work) {
  const button = form.querySelector("button[type=submit]");
  return async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    // Not `disabled`: that would take the focus away from where the user is.
    button.ariaDisabled = "true";
    try {
      await work();
    } catch (error) {
      complain(error);
    } finally {
      form.ariaBusy = "false";
      button.ariaDisabled = "false";
    }
  };
}
