// Keeps the portal page fresh: state of the services, use, what runs.
import { ask, bytes, make, refresh, showUsage, tell, write } from "./api.js";

const states = {
  up: "Up", starting: "Starting", down: "Down", "not-for-you": "Not for your account", unknown: "State not known",
};
const kinds = {
  "notebook-server": ["Notebook server", "notebook"], container: ["Container", "container"], session: ["Shell session", "service"],
  other: ["Other processes", "service"],
};

function showServices(services) {
  const said = [];
  for (const { name, title, state = "unknown" } of services) {
    const tile = document.querySelector(`[data-service="${CSS.escape(name)}"]`);
    if (!tile || tile.dataset.state === state || !(state in states)) continue;
    // The first look is no news.
    if (tile.dataset.state !== "unknown") said.push(`${title}: ${states[state]}.`);
    tile.dataset.state = state;
    write(tile.querySelector(".state"), states[state]);
  }
  if (said.length) write(document.getElementById("said"), said.join(" "));
}

function runningRow({ kind, name, url, memory_bytes: memory }) {
  const [word, icon] = kinds[kind] ?? kinds.other;
  const picture = make("span", `icon ${icon}`);
  picture.setAttribute("aria-hidden", "true");
  const label = make(url ? "a" : "span", "label", name || word);
  // A path of this site, whatever the answer says.
  if (url) label.href = new URL(url, location.origin).pathname;
  return make("li", "", picture, make("span", "what", label, " ", make("span", "dim", name ? word : "")),
    make("span", "mono", memory === null || memory === undefined ? "" : bytes(memory)));
}

function showRunning({ servers, containers, others }) {
  const rows = [
    ...servers.map(server => ({ ...server, kind: "notebook-server" })), ...containers.map(one => ({ ...one, kind: "container" })),
    ...others,
  ].map(runningRow);
  const list = document.getElementById("running-list");
  // Replaced only when something changed: a link that somebody is on keeps its focus.
  if (list.innerHTML !== make("ul", "", ...rows.map(row => row.cloneNode(true))).innerHTML) list.replaceChildren(...rows);
  document.getElementById("running-empty").hidden = rows.length > 0;
}

refresh(async () => {
  const [services, usage, running] = await Promise.all([ask("services"), ask("me/usage"), ask("me/running")]);
  showServices(services.services);
  showUsage(document, usage);
  showRunning(running);
}, sentence => tell("trouble", sentence));
