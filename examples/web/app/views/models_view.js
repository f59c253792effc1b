import { announce, complain } from "../announce.js";
import { ModelCard } from "./model_card.js";

const list = document.getElementById("models");
const refresh = document.getElementById("refresh");

/**
 * Lists the models; what is on the device stays usable when the API fails.
 *
 * @param {import("../backend.js").Backend} backend
 * @param {import("../model_store.js").ModelStore} store
 */
export async function showModels(backend, store) {
  const cards = new Map();

  async function look() {
    const links = await backend.models();
    for (const [type, card] of cards) {
      if (type in links || card.busy) continue;
      card.element.remove();
      cards.delete(type);
    }
    for (const [type, link] of Object.entries(links)) {
      if (!cards.has(type)) {
        const card = new ModelCard(type, link, store, () => renew(type));
        cards.set(type, card);
        list.append(card.element);
      }
      await cards.get(type).show(link);
    }
    announce(`${cards.size} models`);
  }

  async function renew(type) {
    const link = (await backend.models())[type];
    if (!link) throw new Error(`There is no ${type} model any more.`);
    return link;
  }

  list.replaceChildren();
  refresh.onclick = () => {
    complain("");
    look().catch(complain);
  };
  window.ononline = () => {
    for (const card of cards.values()) card.resumeIfLost().catch(complain);
  };
  await look();
}
