// The REST API as the portal's pages use it, and the words for its numbers (the server's pages use the same ones).

/** An answer that is none: what to tell the person, and the HTTP status (0: nothing came back). */
export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * The token that a change must bring: it stands in the form for signing out, which only a person's own navigation gets to see. It is
 * not asked from the API, since a script of a notebook server, which has this origin, could ask as well.
 */
const token = () => document.querySelector("form[action='/logout'] input[name=csrf]").value;

/**
 * Asks the API.
 * @returns the JSON of the answer; null for one without.
 * @throws {Refusal} with a sentence for the person.
 */
export async function ask(path, { method = "GET", body } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = token();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: "same-origin", redirect: "error",
      signal: AbortSignal.timeout(20000),
    });
  } catch {
    throw new Refusal("The server does not answer.", 0);
  }
  const document = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refusal(document?.detail || document?.title || `The server answered ${answer.status}.`, answer.status);
  return document;
}

/**
 * Does `work` now and every five seconds while somebody can see the page; after troubles less and less often, up to a minute.
 * @param work an async function; a Refusal of status 401 ends it all: the page is asked for anew, and so the person to sign in.
 * @param tell gets a sentence in trouble, and null when it is over.
 */
export function refresh(work, tell) {
  let timer = 0;
  let failures = 0;
  let busy = false;
  const turn = async () => {
    clearTimeout(timer);
    if (document.hidden || busy) return;
    busy = true;
    try {
      await work();
      if (failures) tell(null);
      failures = 0;
    } catch (problem) {
      if (problem.status === 401) return location.reload();
      failures += 1;
      if (failures > 1) tell(`${problem.message} What you see may be old.`);
    } finally {
      busy = false;
    }
    timer = setTimeout(turn, Math.min(5000 * 2 ** failures, 60000));
  };
  document.addEventListener("visibilitychange", turn);
  turn();
}

const units = [["TiB", 40], ["GiB", 30], ["MiB", 20], ["KiB", 10]];

/** `1.5 GiB` */
export function bytes(count) {
  if (count === null || count === undefined) return "unknown";
  for (const [name, power] of units) {
    if (count >= 2 ** power) return `${Math.round(count / 2 ** power * 10) / 10} ${name}`;
  }
  return `${count} B`;
}

/** `1 core`, `1.5 cores` */
export function cores(count) {
  if (count === null || count === undefined) return "unknown";
  const shown = Math.round(count * 100) / 100;
  return shown === 1 ? "1 core" : `${shown} cores`;
}

/** Why a limit is known not to hold; null where it does, and where nobody can say. */
const unmet = limit => (limit.in_force === false ? `Not enforced: ${limit.reason}` : null);

/** What a usage document says of each meter of the page, by its title. */
const meters = usage => ({
  Processor: { used: usage.cpu.cores_now, limit: usage.cpu.limit_cores, words: cores, unmet: unmet(usage.cpu) },
  Memory: { used: usage.memory.bytes, limit: usage.memory.limit_bytes, words: bytes, unmet: unmet(usage.memory) },
  Disk: { used: usage.disk.bytes, limit: usage.disk.limit_bytes, words: bytes, unmet: unmet(usage.disk) },
});

/** Shows a usage document in the meters within `place`. */
export function showUsage(place, usage) {
  for (const [title, { used, limit, words, unmet }] of Object.entries(meters(usage))) {
    const row = place.querySelector(`[data-meter="${title}"]`);
    if (!row) continue;
    write(row.querySelector("[data-used]"), words(used));
    write(row.querySelector("[data-limit]"), words(limit));
    const known = used !== null && used !== undefined && limit > 0;
    let bar = row.querySelector("meter");
    if (!bar && known) {
      bar = Object.assign(make("meter"), { max: 100, high: 90, optimum: 0, ariaLabel: title });
      row.querySelector("[data-limit]").parentElement.after(bar);
    }
    if (bar) bar.value = known ? Math.min(Math.round(used / limit * 100), 100) : 0;
    showUnmet(row.querySelector("dd"), unmet);
  }
}

function showUnmet(place, sentence) {
  const shown = place?.querySelector(".unmet");
  if (shown && sentence) write(shown, sentence);
  else if (shown) shown.remove();
  else if (place && sentence) place.append(make("p", "unmet", sentence));
}

/** Writes a text only where it differs, so that nobody's selection and no screen reader is disturbed. */
export function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** A new element; texts become text, never markup. */
export function make(name, className, ...content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** Shows a sentence in the paragraph of this id; null hides it. */
export function tell(id, sentence) {
  const place = document.getElementById(id);
  write(place, sentence ?? "");
  place.hidden = !sentence;
}
