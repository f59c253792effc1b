import { announce, complain } from "../announce.js";
import { download } from "../download.js";
import { tryModel } from "./trial.js";
import { facts, megabytes, situation } from "./words.js";

const template = document.getElementById("model-card");
const SAY_EVERY = 0.25;

/** One model: its state, its download and its trial. */
export class ModelCard {
  #link;
  #store;
  #renew;
  #running = null;
  #lost = false;

  /**
   * @param {string} type
   * @param {object | null} link entry of the API; null when it names none.
   * @param {import("../model_store.js").ModelStore} store
   * @param {() => Promise<object>} renew asks for a new link.
   */
  constructor(type, link, store, renew) {
    this.type = type;
    this.#link = link;
    this.#store = store;
    this.#renew = renew;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.dataset.type = type;
    this.#find("h3").textContent = type;
    this.#find("progress").ariaLabel = `Download of ${type}`;
    for (const button of this.element.querySelectorAll("button")) {
      button.onclick = () => this.#act(button.dataset.action);
    }
  }

  get busy() {
    return this.#running !== null;
  }

  /** Shows what is known now. */
  async show(link = this.#link) {
    this.#link = link;
    const [model, begun] = await Promise.all([
      this.#store.model(this.type),
      this.#store.download(this.type),
    ]);
    const { state, download: label } = situation(model, begun, link);
    const known = link ?? model ?? begun;
    this.#find(".facts").textContent = known ? facts(known) : "";
    this.#find(".state").textContent = state;
    this.#name("download", label ?? "Download");
    this.#name("pause", "Pause");
    this.#name("run", "Try it");
    this.#name("remove", "Remove");
    this.#find("progress").hidden = !this.busy;
    this.#button("download").hidden = this.busy || !label;
    this.#button("pause").hidden = !this.busy;
    this.#button("run").hidden = this.busy || !model;
    this.#button("remove").hidden = this.busy || !(model || begun);
  }

  /** Ends a download under way; what has come is kept. */
  pause() {
    this.#running?.abort();
  }

  /** Goes on after the network came back. */
  async resumeIfLost() {
    if (this.#lost && !this.busy) await this.#download();
  }

  #act(action) {
    complain("");
    const acts = {
      download: () => this.#download(),
      pause: () => this.pause(),
      run: () => tryModel(this.element, this.#store, this.type),
      remove: () => this.#remove(),
    };
    Promise.resolve(acts[action]()).catch(complain);
  }

  async #download() {
    this.#running = new AbortController();
    this.#lost = false;
    await this.show();
    this.#button("pause").focus();
    let outcome = null;
    try {
      const result = await download({
        type: this.type,
        link: this.#link,
        renew: async () => (this.#link = await this.#renew()),
        store: this.#store,
        onProgress: (received, total) => this.#progress(received, total),
        signal: this.#running.signal,
      });
      outcome = told(this.type, result);
    } catch (error) {
      outcome = this.#failed(error);
    } finally {
      this.#running = null;
      await this.show();
    }
    if (outcome) this.#find(".state").textContent += ` ${outcome}`;
    announce(`${this.type}: ${this.#find(".state").textContent}`);
    this.#button("download").focus();
  }

  #failed(error) {
    if (error.name === "AbortError") return "";
    // Fetch and its streams say "TypeError" for every lost connection.
    if (!(error instanceof TypeError)) {
      complain(error);
      return "";
    }
    this.#lost = true;
    return "The connection was lost. Resume it, or wait for the network.";
  }

  #progress(received, total) {
    const bar = this.#find("progress");
    const before = Math.floor(bar.value / bar.max / SAY_EVERY);
    bar.max = total || 1;
    bar.value = received;
    this.#find(".state").textContent = `${megabytes(received)} of ${megabytes(total)}`;
    const now = Math.floor(bar.value / bar.max / SAY_EVERY);
    if (now > before) announce(`${this.type}: ${Math.round((100 * received) / total)} percent`);
  }

  async #remove() {
    await this.#store.remove(this.type);
    this.#find(".results").replaceChildren();
    this.#find("canvas").hidden = true;
    await this.show();
    announce(`${this.type} was removed from this device.`);
    this.#button("download").focus();
  }

  #find(selector) {
    return this.element.querySelector(selector);
  }

  #button(action) {
    return this.#find(`[data-action=${action}]`);
  }

  /** The same word on every card says nothing in a list of buttons. */
  #name(action, label) {
    this.#button(action).textContent = label;
    this.#button(action).ariaLabel = `${label}: ${this.type}`;
  }
}

function told(type, { fetched, resumedAt }) {
  if (fetched === 0 && resumedAt > 0) return "All of it was here: only the check was missing.";
  if (fetched === 0) return "Nothing was fetched: it has not changed.";
  if (resumedAt > 0) return `Resumed at ${megabytes(resumedAt)}: only ${megabytes(fetched)} more.`;
  return "";
}
