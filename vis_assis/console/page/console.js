// Reads state.json again and again, and draws anew only the parts that changed.

const SVG = "http://www.w3.org/2000/svg";
const STATES = { done: "done", "under way": "now", waiting: "waiting", failed: "failed" };
const RETRY_SECONDS = 5;
const at = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== ""));
  return element;
}

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const minute = (text) => `${new Date(text).toISOString().slice(0, 16).replace("T", " ")} UTC`;
const time = (text) => make("time", { datetime: text }, minute(text));
const joined = (parts) => parts.filter(Boolean).join(", ");
const hasAny = (list) => Array.isArray(list) && list.length > 0;

function size(bytes) {
  if (bytes === null) return "size unknown";
  const units = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(3, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power ? 1 : 0)} ${units[power]}`;
}

function duration(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function say(text) {
  at("said").textContent = text;
}

function commands(list) {
  const items = list.map(({ purpose, command }) => {
    const button = make(
      "button",
      { type: "button", "data-key": command, "aria-label": `Copy: ${command}` },
      "Copy",
    );
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(command);
        say(`Copied ${command}`);
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 2000);
      } catch {
        say("The browser did not allow copying: select the command");
        getSelection().selectAllChildren(button.previousSibling);
      }
    });
    return make("li", {}, make("span", {}, `${purpose}:`), make("code", {}, command), button);
  });
  return hasAny(items) ? make("ul", { class: "commands" }, items) : null;
}

function table(caption, headings, rows) {
  const head = make("tr", {}, headings.map((text) => make("th", { scope: "col" }, text)));
  const body = rows.map((row) => make("tr", {}, row.map((cell) => make("td", {}, cell ?? ""))));
  const named = make("caption", {}, caption);
  const whole = make("table", {}, named, make("thead", {}, head), make("tbody", {}, body));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, whole);
}

function folded(key, title, ...content) {
  return make("details", { "data-key": key }, make("summary", {}, title), ...content);
}

function served(model) {
  if (!model) return "nothing is served";
  const name = model.origin === "upload" ? `${model.uploaded_key}, by hand` : `version ${model.version}`;
  return `${name} is in production`;
}

// The address at the end of an alarm's description becomes a link with a name.
function linked(text, name) {
  const [, before, address] = text.match(/^(.*?)(https:\/\/\S+)?$/s);
  if (!address) return [before];
  return [before, make("a", { href: address, rel: "noreferrer", target: "_blank" }, name)];
}

function stage({ name, state, at: when, text }) {
  return make(
    "li",
    { class: STATES[state] },
    make("strong", {}, name),
    make("span", { class: "state" }, state),
    when ? make("span", { class: "facts" }, time(when)) : null,
    text ? make("span", { class: "facts" }, text) : null,
  );
}

function model({ line, history }) {
  const { type, served: now } = line;
  const facts = now && joined([size(now.bytes), now.licence, `sha256 ${now.sha256.slice(0, 12)}`]);
  const runs = history.executions.map((run) => [
    time(run.started),
    `execution ${run.id}`,
    run.status,
    joined([duration(run.seconds * 1000), run.reason]),
  ]);
  const versions = history.versions.map((item) => [
    time(item.created),
    `version ${item.version}`,
    item.approval,
    joined([size(item.bytes), item.licence, item.note, item.by && `by ${item.by}`]),
  ]);
  const rows = [...runs, ...versions];
  rows.sort(([first], [second]) => second.dateTime.localeCompare(first.dateTime));
  const title = `The latest of ${type}`;
  return make(
    "article",
    { class: "card", "aria-labelledby": `model-${type}` },
    make("h3", { id: `model-${type}` }, `${type}: ${served(now)}`),
    now ? make("p", { class: "facts" }, facts, " since ", time(now.since)) : null,
    make("ol", { class: "way", "aria-label": `${type} from pipeline run to production` }, history.way.map(stage)),
    commands(history.commands.slice(0, -2)),
    folded(
      `more-${type}`,
      `More of ${type}`,
      commands(history.commands.slice(-2)),
      hasAny(rows) ? table(title, ["When", "What", "State", "Facts"], rows) : make("p", {}, "Nothing ran yet."),
    ),
  );
}

function attention({ status, commands: known }) {
  const found = [];
  const add = (text, ...list) => found.push(make("li", {}, make("p", {}, text), commands(list.flat())));
  for (const alarm of status.alarms) {
    add(`${alarm.name} rings since ${minute(alarm.since)}`, known[alarm.name] ?? []);
  }
  for (const queue of status.queues) {
    if (known[queue.name]) add(`messages in ${queue.name}: ${queue.messages}`, known[queue.name]);
  }
  for (const { type, pending, execution } of status.models) {
    for (const number of pending) {
      const command = `vis-assis approve ${type} --version ${number}`;
      add(`${type}: version ${number} waits for approval`, { purpose: "approve it", command });
    }
    if (execution?.status === "Failed") {
      const command = `vis-assis history ${type}`;
      add(`${type}: the last run failed: ${execution.reason}`, { purpose: "see why", command });
    }
  }
  for (const { model_type: type, name, reason } of status.refused) {
    const version = name.match(/^version (\d+)$/);
    const reject = { purpose: "reject it", command: `vis-assis reject ${type} --version ${version?.[1]}` };
    const read = { purpose: "read promotion's log", command: "vis-assis logs promote_model" };
    add(`${type}: ${name} is not served: ${reason}`, version ? [reject, read] : read);
  }
  for (const item of status.ignored) add(`s3://${item.bucket}/${item.key} is ignored: ${item.why}`);
  for (const row of status.navigation.slice(0, 1)) {
    const read = { purpose: "read the controller's log", command: "vis-assis logs update_endpoint" };
    if (row.reason) add(`navigation release ${row.release || "upload"} ${row.state}: ${row.reason}`, read);
  }
  return hasAny(found) ? make("ul", {}, found) : make("p", {}, "Nothing.");
}

function navigation({ status, commands: known }) {
  const now = status.navigation.find((row) => row.state === "serving");
  const instances = status.instances === null ? "there is no endpoint" : `${status.instances} instances`;
  const rows = status.navigation.map((row) => [
    row.release || "(none)",
    row.state,
    time(row.changed_at),
    joined([size(row.size), row.reason]),
  ]);
  const name = now ? `release ${now.release.slice(0, 8)} serves` : "no release serves";
  return make(
    "div",
    { class: "card" },
    make("p", {}, joined([name, instances])),
    hasAny(rows) ? table("Releases", ["Release", "State", "Changed", "Facts"], rows) : null,
    commands(known.navigation),
  );
}

function queues({ status, commands: known }) {
  const rows = status.queues.map(({ name, messages }) => [
    name,
    known[name] ? make("strong", { class: "bad" }, `${messages}`) : `${messages}`,
    known[name] ? commands(known[name]) : "",
  ]);
  return make("div", { class: "card" }, table("Messages in queues", ["Queue", "Messages", "Commands"], rows));
}

function alarms({ status, commands: known }) {
  if (!hasAny(status.alarms)) return make("p", { class: "card" }, "No alarm rings.");
  return make(
    "ul",
    { class: "card" },
    status.alarms.map((alarm) =>
      make(
        "li",
        {},
        make("strong", { class: "bad" }, alarm.name),
        " since ",
        time(alarm.since),
        make("p", {}, linked(alarm.description, `the runbook of ${alarm.name}`)),
        commands(known[alarm.name] ?? []),
      ),
    ),
  );
}

// The drawing has no text of its own: words beside it grow with the reader's text size.
function latency({ name, hours, series: measured }) {
  const series = Object.fromEntries(Object.entries(measured).filter(([, points]) => hasAny(points)));
  const span = hours > 24 ? `last ${Math.round(hours / 24)} days` : `last ${hours} hours`;
  const title = `${name}, ${span}`;
  const every = Object.values(series).flat();
  if (!hasAny(every)) {
    return make("figure", {}, make("figcaption", {}, title), make("p", {}, "Nothing was measured."));
  }
  const times = every.map((point) => Date.parse(point.at));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const most = Math.max(...every.map((point) => point.milliseconds));
  const x = (point) => (last > first ? 2 + (96 * (Date.parse(point.at) - first)) / (last - first) : 50);
  const y = (point) => 95 - (90 * point.milliseconds) / (most || 1);
  const lines = Object.entries(series).map(([statistic, points]) => {
    const path = points.map((point) => `${x(point).toFixed(2)} ${y(point).toFixed(2)}`).join(" L ");
    return draw("path", { class: statistic, d: `M ${path} l 0.01 0` });
  });
  const latest = Object.entries(series).map(([statistic, points]) => {
    const text = `${statistic} ${duration(points.at(-1).milliseconds)} at last`;
    const line = draw("path", { class: statistic, d: "M 2 6 H 38" });
    const key = draw("svg", { class: "key", viewBox: "0 0 40 12", "aria-hidden": "true" }, line);
    return { text, shown: make("span", { class: "legend" }, key, text) };
  });
  const summary = `${title}: at most ${duration(most)}, ${latest.map(({ text }) => text).join(", ")}`;
  const minutes = {};
  for (const [statistic, points] of Object.entries(series)) {
    for (const { at: when, milliseconds } of points) {
      (minutes[when] ??= {})[statistic] = duration(milliseconds);
    }
  }
  const rows = Object.entries(minutes).map(([when, values]) => [
    time(when),
    ...Object.keys(series).map((statistic) => values[statistic]),
  ]);
  return make(
    "figure",
    {},
    make("figcaption", {}, title),
    make("p", {}, latest.map(({ shown }) => shown)),
    make("p", { class: "axis" }, duration(most)),
    draw(
      "svg",
      { class: "plot", viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": summary },
      ...lines,
    ),
    make("p", { class: "axis" }, make("span", {}, minute(first)), make("span", {}, minute(last))),
    folded(`numbers-${name}`, `Numbers: ${name}`, table(title, ["Minute", ...Object.keys(series)], rows.reverse())),
  );
}

const PARTS = {
  attention,
  models: ({ status, history }) =>
    make("div", {}, status.models.map((line) => model({ line, history: history[line.type] }))),
  navigation,
  queues,
  alarms,
  plots: (state) => make("div", { class: "plots" }, state.latencies.map(latency)),
};
const drawn = {};

function show(state) {
  const { stack, account, region, cost } = state.status;
  document.title = `${stack}: vis-assis console`;
  at("stack").textContent = `Stack ${stack} on ${state.where}, account ${account}, ${region}`;
  const [rest, now] = [cost.at_rest, cost.with_what_runs].map((sum) => `$${sum.toFixed(2)}`);
  at("cost").textContent = `About ${rest} a month at rest, ${now} with what runs now.`;
  at("read-at").textContent = `As of ${new Date(state.read_at).toISOString().slice(11, 19)} UTC`;
  for (const [name, part] of Object.entries(PARTS)) {
    const fresh = part(state);
    if (drawn[name]?.isEqualNode(fresh)) continue;
    drawn[name] = fresh.cloneNode(true);
    replace(at(name), fresh);
  }
}

// What was unfolded stays so, and the focus stays on the control that does the same.
function replace(place, fresh) {
  const kept = (key) => fresh.querySelector(`[data-key="${CSS.escape(key)}"]`);
  for (const open of place.querySelectorAll("details[open]")) {
    kept(open.dataset.key)?.setAttribute("open", "");
  }
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key ?? focused?.parentElement.dataset.key;
  place.replaceChildren(fresh);
  if (!focused) return;
  const target = key && place.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const control = target?.tagName === "DETAILS" ? target.querySelector("summary") : target;
  (control ?? at("content")).focus({ preventScroll: true });
}

let before = {};
function announce({ status }) {
  const now = Object.fromEntries(
    status.models.map(({ type, served: given, pending }) => [
      type,
      joined([served(given), ...pending.map((number) => `version ${number} waits for approval`)]),
    ]),
  );
  const changed = Object.entries(now).filter(([type, text]) => before[type] && before[type] !== text);
  if (hasAny(changed)) say(changed.map(([type, text]) => `${type}: ${text}`).join(". "));
  before = now;
}

let paused = false;
async function follow() {
  let seconds = RETRY_SECONDS;
  if (!paused && !document.hidden) {
    try {
      const answer = await fetch("state.json", { cache: "no-store" });
      if (answer.status === 404) throw new Error("this page's URL is not valid any more");
      const state = await answer.json();
      if (state.error) throw new Error(state.error);
      seconds = state.refresh_seconds;
      at("alert").textContent = "";
      show(state);
      announce(state);
    } catch (error) {
      const reason = error instanceof TypeError ? "vis-assis console does not run any more" : error.message;
      const text = `What you see is old: ${reason}`;
      if (at("alert").textContent !== text) at("alert").textContent = text;
    }
  }
  setTimeout(follow, seconds * 1000);
}

at("pause").addEventListener("click", ({ target }) => {
  paused = !paused;
  target.setAttribute("aria-pressed", paused);
  say(paused ? "Paused" : "Follows the stack");
});
follow();
