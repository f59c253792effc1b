import { announce, complain } from "../announce.js";
import { tryModel } from "./trial.js";
import { facts, megabytes, situation } from "./words.js";

const template = document.getElementById("model-card");
const SAY_EVERY = 0.25;

/** One model: its state, its download and its trial. */
export class ModelCard {
  #models;
  #refresh;
  #running = null;
  #lost = false;

  /**
   * @param {string} type
   * @param {import("../../vendor/web_client/index.js").Models} models
   * @param {() => Promise<void>} refresh has all cards shown as they are now.
   */
  constructor(type, models, refresh) {
    this.type = type;
    this.#models = models;
    this.#refresh = refresh;
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

  /** @param {object} status of the type, as the client says. */
  show(status) {
    const { state, download: label } = situation(status);
    this.#find(".facts").textContent = facts(status);
    if (!this.busy) this.#find(".state").textContent = state;
    this.#name("download", label ?? "Download");
    this.#name("pause", "Pause");
    this.#name("run", "Try it");
    this.#name("remove", "Remove");
    this.#find("progress").hidden = !this.busy;
    this.#button("download").hidden = this.busy || !label;
    this.#button("pause").hidden = !this.busy;
    this.#button("run").hidden = this.busy || !status.healthy;
    this.#button("remove").hidden = this.busy || !(status.inUse || status.begun);
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
      run: () => tryModel(this.element, this.#models, this.type),
      remove: () => this.#remove(),
    };
    Promise.resolve(acts[action]()).catch(complain);
  }

  async #download() {
    this.#running = new AbortController();
    this.#lost = false;
    this.#find(".state").textContent = "Waiting …";
    await this.#refresh();
    this.#button("pause").focus();
    let outcome = null;
    try {
      const { types } = await this.#models.sync({
        types: [this.type],
        onProgress: ({ received, total }) => this.#progress(received, total),
        signal: this.#running.signal,
      });
      outcome = told(types[this.type]);
    } catch (error) {
      outcome = this.#failed(error);
    } finally {
      this.#running = null;
      await this.#refresh();
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
    await this.#models.remove(this.type);
    this.#find(".results").replaceChildren();
    this.#find("canvas").hidden = true;
    await this.#refresh();
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

function told(done) {
  if (!done) return "It is not served any more.";
  if (done.fetched === 0) return "Nothing was fetched: it was all here.";
  if (done.held === 0) return "";
  return `Only ${megabytes(done.fetched)} of ${megabytes(done.total)} were fetched.`;
}
