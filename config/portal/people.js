// What administrators do on the page of people. Each act goes through the REST API, and the row then shows what the server says.
import { ask, bytes, cores, make, refresh, showUsage, tell, write } from "./api.js";

const GIB = 2 ** 30;
const row = name => document.querySelector(`[data-person="${CSS.escape(name)}"]`);
const path = name => `people/${encodeURIComponent(name)}`;

/** Shows in their row what the server says of a person. */
function show(entry) {
  const line = row(entry.name);
  const { quota } = entry;
  Object.assign(line.dataset, {
    active: entry.active, cpuCores: quota.cpu_cores, memoryBytes: quota.memory_bytes, diskBytes: quota.disk_bytes, gpu: quota.gpu,
  });
  line.querySelector(".off").hidden = entry.active;
  write(line.querySelector("[data-switch-text]"), entry.active ? "Disable" : "Enable");
  write(line.querySelector("[data-gpu-text]"), quota.gpu ? "Yes" : "No");
  const limits = { Processor: cores(quota.cpu_cores), Memory: bytes(quota.memory_bytes), Disk: bytes(quota.disk_bytes) };
  for (const [title, limit] of Object.entries(limits)) write(line.querySelector(`[data-meter="${title}"] [data-limit]`), limit);
  write(line.querySelector("[data-sessions]"), `${entry.sessions}`);
  if (entry.usage) showUsage(line, entry.usage);
}

/** Changes a person and shows the server's answer. */
async function change(name, body) {
  const entry = await ask(path(name), { method: "PATCH", body });
  show(entry);
  return entry;
}

const say = sentence => {
  tell("trouble", null);
  tell("said", sentence);
};

/**
 * Opens a dialog about a person. Focus goes into it and, when it closes, back to the button (HTML's dialog does both).
 * @param act what its form does; the dialog closes when that has gone well, and shows the trouble when not.
 */
function open(id, name, act) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector("form");
  const trouble = dialog.querySelector("[role=alert]");
  for (const place of dialog.querySelectorAll("[data-who]")) write(place, name);
  trouble.hidden = true;
  tell("said", null);
  form.onsubmit = async event => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    try {
      await act(form);
      dialog.close();
    } catch (problem) {
      write(trouble, problem.status === 401 ? "You are signed out. Load the page again to sign in." : problem.message);
      trouble.hidden = false;
    } finally {
      button.disabled = false;
    }
  };
  dialog.showModal();
  return form;
}

/** An amount in GiB as it stands in a field, with as many digits as it needs. */
const inGiB = count => `${Math.round(count / GIB * 1000) / 1000}`;

function limits(name) {
  const { cpuCores, memoryBytes, diskBytes, gpu } = row(name).dataset;
  const before = { cpu: `${Number(cpuCores)}`, memory: inGiB(memoryBytes), disk: inGiB(diskBytes) };
  const form = open("limits-dialog", name, async ({ elements }) => {
    // Only what was touched is sent: the fields show rounded amounts, and somebody else may have changed the others meanwhile.
    const quota = {};
    if (elements.cpu.value !== before.cpu) quota.cpu_cores = elements.cpu.valueAsNumber;
    if (elements.memory.value !== before.memory) quota.memory_bytes = Math.round(elements.memory.valueAsNumber * GIB);
    if (elements.disk.value !== before.disk) quota.disk_bytes = Math.round(elements.disk.valueAsNumber * GIB);
    if (`${elements.gpu.checked}` !== gpu) quota.gpu = elements.gpu.checked;
    if (!Object.keys(quota).length) return say(`The limits of ${name} are as they were.`);
    const entry = await change(name, { quota });
    say(`${name} may now use ${cores(entry.quota.cpu_cores)}, ${bytes(entry.quota.memory_bytes)} of memory, `
      + `${bytes(entry.quota.disk_bytes)} of disk.`);
  });
  for (const [field, value] of Object.entries(before)) form.elements[field].value = value;
  form.elements.gpu.checked = gpu === "true";
  form.elements.cpu.select();
}

function turn(name) {
  const active = row(name).dataset.active === "true";
  const act = async () => {
    const entry = await change(name, { active: !active });
    if (entry.active === active) throw new Error(`The server still has ${name} ${active ? "enabled" : "disabled"}.`);
    say(active ? `${name} is disabled.` : `${name} is enabled.`);
    await count(name).catch(() => {});
  };
  // Only what takes something away asks first.
  if (!active) return act().catch(problem => tell("trouble", problem.message));
  const form = open("switch-dialog", name, act);
  write(form.querySelector("[data-consequence]"),
    `${name} is signed out everywhere at once. Notebook servers and containers of theirs are stopped. Files stay.`);
}

async function count(name) {
  const { sessions } = await ask(`${path(name)}/sessions`);
  write(row(name).querySelector("[data-sessions]"), `${sessions.length}`);
  return sessions;
}

const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

async function sessions(name) {
  const list = document.getElementById("session-list");
  const empty = document.getElementById("session-empty");
  const form = open("sessions-dialog", name, async () => {
    await ask(`${path(name)}/sessions`, { method: "DELETE" });
    const left = await count(name);
    say(left.length ? `${name} has ${left.length} new sessions already.` : `${name} is signed out everywhere.`);
  });
  const end = form.querySelector("button[type=submit]");
  list.replaceChildren();
  empty.hidden = true;
  end.hidden = true;
  try {
    const found = await count(name);
    list.replaceChildren(...found.map(session => make("li", "", session.client,
      make("span", "dim", `since ${time.format(session.created_at * 1000)}, last seen ${time.format(session.last_seen * 1000)}`),
      make("span", "dim", session.user_agent))));
    empty.hidden = found.length > 0;
    end.hidden = found.length === 0;
  } catch (problem) {
    const trouble = form.querySelector("[role=alert]");
    write(trouble, problem.message);
    trouble.hidden = false;
  }
}

// The same part of the list as the page has.
const address = new URL(location).searchParams;
const shown = `?limit=50&offset=${Number(address.get("offset")) || 0}&search=${encodeURIComponent(address.get("search") ?? "")}`;

const acts = { limits, sessions, switch: turn };

for (const place of document.querySelectorAll(".acts")) place.hidden = false;
document.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (button?.hasAttribute("data-close")) button.closest("dialog").close();
  const act = acts[button?.dataset.act];
  if (act) act(button.closest("[data-person]").dataset.person);
});

if (document.querySelector("[data-person]")) {
  refresh(async () => {
    const { people } = await ask(`usage${shown}`);
    for (const usage of people) {
      const line = row(usage.name);
      if (line) showUsage(line, usage);
    }
  }, sentence => tell("trouble", sentence));
}
