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

function showRunning(things) {
  const rows = things.map(({ kind, name, memory_bytes: memory }) => {
    const [word, icon] = kinds[kind] ?? kinds.other;
    const picture = make("span", `icon ${icon}`);
    picture.setAttribute("aria-hidden", "true");
    const what = make("span", "what", make("span", "label", name || word), " ", make("span", "dim", name ? word : ""));
    return make("li", "", picture, what, make("span", "mono", memory === null || memory === undefined ? "" : bytes(memory)));
  });
  document.getElementById("running-list").replaceChildren(...rows);
  document.getElementById("running-empty").hidden = rows.length > 0;
}

refresh(async () => {
  const [services, usage, running] = await Promise.all([ask("services"), ask("me/usage"), ask("me/running")]);
  showServices(services.services ?? services);
  showUsage(document, usage);
  showRunning(running.running);
}, sentence => tell("trouble", sentence));
