const status = document.getElementById("status");
const alert = document.getElementById("alert");

/** Says it to a screen reader when that is idle. */
export function announce(text) {
  status.textContent = text;
}

/** Shows an error and says it at once; "" takes it away. */
export function complain(problem) {
  const text = problem instanceof Error ? problem.message : problem;
  // The same text again is no change, and would not be said.
  alert.textContent = "";
  requestAnimationFrame(() => {
    alert.textContent = text;
  });
}

/** Moves the keyboard and the screen reader to where the user goes on. */
export function focusOn(element) {
  element.focus();
}
