import { asDataUrl } from "../picture.js";
import { complain } from "../announce.js";
import { whileBusy } from "./busy.js";

const form = document.getElementById("navigation-form");
const picture = document.getElementById("picture");
const preview = document.getElementById("preview");
const answers = document.getElementById("answers");

const PROMPTS = {
  prompt_1: "answer en is there a free path ahead?",
  prompt_2: "answer en is there a door at the end of the path?",
  prompt_3: "answer en is the door open?",
  prompt_4: "answer en what is at the end of the path?",
};
const FIELDS = ["first_prompt_answer", "second_prompt_answer", "third_prompt_answer"];

/** What was asked last; an answer to anything earlier is not shown. */
let asked = null;

/** @param {import("../backend.js").Backend} backend */
export function showNavigation(backend) {
  for (const [name, text] of Object.entries(PROMPTS)) field(name).value ||= text;
  picture.onchange = showPreview;
  form.onsubmit = whileBusy(form, async () => {
    complain("");
    const mine = (asked = {});
    tell([["", "Asking …"]]);
    try {
      const prompts = Object.fromEntries(
        Object.keys(PROMPTS).map((name) => [name, field(name).value]),
      );
      const given = await backend.navigate(await asDataUrl(picture.files[0]), prompts);
      if (mine === asked) tell(pairs(prompts, given));
    } catch (error) {
      if (mine !== asked) return;
      tell([]);
      throw error;
    }
  });
}

/** Forgets picture, questions and answers: whoever signs in next is somebody else. */
export function clearNavigation() {
  asked = null;
  form.reset();
  showPreview();
}

/** Question and answer, of those that were asked. */
function pairs(prompts, given) {
  const yes = /^\W*yes\b/i.test(given.second_prompt_answer);
  const asked = [prompts.prompt_1, prompts.prompt_2, yes ? prompts.prompt_3 : prompts.prompt_4];
  return FIELDS.map((name, index) => [asked[index], given[name]]).filter(([, text]) => text);
}

function tell(lines) {
  const elements = lines.flatMap(([question, answer]) => [
    Object.assign(document.createElement("dt"), { textContent: spoken(question) }),
    Object.assign(document.createElement("dd"), { textContent: answer }),
  ]);
  answers.replaceChildren(...elements);
}

/** PaliGemma's prompts begin with a task and a language that nobody needs to hear. */
function spoken(prompt) {
  const text = prompt.replace(/^answer [a-z]{2} /, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function showPreview() {
  URL.revokeObjectURL(preview.src);
  const file = picture.files[0];
  preview.hidden = !file;
  if (file) preview.src = URL.createObjectURL(file);
  else preview.removeAttribute("src");
  answers.replaceChildren();
}

function field(name) {
  return document.getElementById(name);
}
