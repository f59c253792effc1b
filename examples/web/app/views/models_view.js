import { announce, complain } from "../announce.js";
import { ModelCard } from "./model_card.js";

const list = document.getElementById("models");
const refresh = document.getElementById("refresh");

/** @type {Map<string, ModelCard>} by type. */
const cards = new Map();

/**
 * Lists the models. What is on the device stays usable when the API fails or leaves a type out,
 * which it does while it cannot look it up.
 *
 * @param {import("../backend.js").Backend} backend
 * @param {import("../model_store.js").ModelStore} store
 */
export async function showModels(backend, store) {
  async function look() {
    for (const type of await store.types()) await card(type).show();
    const links = await backend.models();
    const here = new Set(await store.types());
    for (const type of new Set([...cards.keys(), ...Object.keys(links)])) {
      if (type in links || here.has(type) || cards.get(type).busy) {
        await card(type).show(links[type] ?? null);
      } else {
        cards.get(type).element.remove();
        cards.delete(type);
      }
    }
    announce(`${cards.size} models`);
  }

  /** The type's card, made where the order of the alphabet wants it. */
  function card(type) {
    if (!cards.has(type)) {
      const made = new ModelCard(type, null, store, () => renew(type));
      const next = [...cards.keys()].sort().find((other) => other > type);
      list.insertBefore(made.element, next ? cards.get(next).element : null);
      cards.set(type, made);
    }
    return cards.get(type);
  }

  async function renew(type) {
    const link = (await backend.models())[type];
    if (!link) throw new Error(`There is no ${type} model any more.`);
    return link;
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

/** Takes the list away; downloads pause. */
export function hideModels() {
  for (const card of cards.values()) card.pause();
  cards.clear();
  list.replaceChildren();
}
