import { announce, complain } from "../announce.js";
import { ModelCard } from "./model_card.js";

const list = document.getElementById("models");
const refresh = document.getElementById("refresh");
const kept = document.getElementById("kept");

/** @type {Map<string, ModelCard>} by type. */
const cards = new Map();

/**
 * Lists the models. What is on the device stays usable when the API fails or serves a type no more.
 *
 * @param {import("../../vendor/web_client/index.js").Models} models
 */
export async function showModels(models) {
  async function show() {
    const { types, persisted } = await models.status();
    kept.textContent = persisted
      ? "This browser promised to keep what is here."
      : "This browser may remove what is here when it needs the space; Safari does after seven days without a visit.";
    for (const [type, state] of Object.entries(types)) {
      if (state.inUse || state.offered?.model || cards.get(type)?.busy) card(type).show(state);
      else forget(type);
    }
  }

  async function look() {
    await show();
    // Asks what there is, without fetching it.
    await models.sync({ types: [] }).catch((error) => {
      const isLost = error instanceof TypeError;
      throw isLost ? new Error("The service cannot be reached from this page.") : error;
    });
    await show();
    announce(`${cards.size} models`);
  }

  /** The type's card, made where the order of the alphabet wants it. */
  function card(type) {
    if (!cards.has(type)) {
      const made = new ModelCard(type, models, show);
      const next = [...cards.keys()].sort().find((other) => other > type);
      list.insertBefore(made.element, next ? cards.get(next).element : null);
      cards.set(type, made);
    }
    return cards.get(type);
  }

  hideModels();
  refresh.onclick = () => {
    complain("");
    look().catch(complain);
  };
  window.ononline = () => {
    for (const card of cards.values()) card.resumeIfLost().catch(complain);
  };
  await look();
}

function forget(type) {
  cards.get(type)?.element.remove();
  cards.delete(type);
}

/** Takes the list away; downloads pause. */
export function hideModels() {
  for (const card of cards.values()) card.pause();
  cards.clear();
  list.replaceChildren();
}
