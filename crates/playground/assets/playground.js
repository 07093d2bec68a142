// Sends the panes' texts and the form to the engine, and puts the answer in its place. It decides nothing.
import { engine } from "./ask.js";
import { copy } from "./copy.js";
import { Editor } from "./editor.js";
import { packed, unpacked } from "./link.js";

const at = (id) => document.getElementById(id);
const form = at("sign-in");
const starter = at("starter");
const MEMORY = "claimsmith panes";
/** Milliseconds from the last key to a question. */
const PAUSE = 150;

let line = null;
/** Where each claim comes from, by its name. */
let places = new Map();
/** The claim whose lights are on. */
let lit = null;
let pinned = null;
/** Whether the places are those of the texts as they stand. */
let current = false;
let people = null;
let wanted = "";
let waiting = null;
/** What is to know about the texts besides that they are edited. */
let note = "";
let asked = 0;

const editors = {};
for (const section of document.querySelectorAll("[data-editor]")) {
  const editor = new Editor(section, () => changed());
  editors[editor.name] = editor;
}
const both = () => Object.values(editors);

// ---- Asking.

function fields() {
  return { ...Object.fromEntries(new FormData(form)), who: wanted };
}

function later(delay) {
  document.body.classList.add("asking");
  clearTimeout(waiting);
  waiting = setTimeout(ask, delay);
}

async function ask() {
  const number = asked;
  document.body.classList.add("asking");
  let answer;
  try {
    answer = await engine(JSON.stringify(fields()));
  } catch (problem) {
    answer = { status: `Not computed: ${problem.message}` };
  }
  if (number !== asked) return;
  show(answer);
  document.body.classList.remove("asking");
}

function show(answer) {
  if (answer.policy_html !== undefined) editors.policy.wrong(answer.policy_marks, answer.policy_html);
  if (answer.records_html !== undefined) editors.records.wrong(answer.records_marks, answer.records_html);
  if (answer.people_html !== undefined) choose(answer.people_html, answer.who);
  if (answer.metadata_html !== undefined) at("suggestions").innerHTML = answer.metadata_html;
  if (answer.event !== undefined) at("made-event").textContent = answer.event;

  const fresh = answer.tokens_html !== undefined;
  if (fresh) {
    places = new Map(Object.entries(answer.places));
    current = true;
    at("edit-event").disabled = false;
    drawTokens(answer.tokens_html);
  }
  at("tokens").classList.toggle("stale", !fresh);
  at("tokens").inert = !fresh;
  line = answer.line ?? null;
  at("copy-json").disabled = line === null;
  mark(answer.field);
  if (at("status").textContent !== answer.status) at("status").textContent = answer.status;
  at("status").dataset.mood = fresh ? answer.outcome : "stale";
}

function mark(field) {
  for (const input of form.elements) {
    if (!editors[input.name]) input.removeAttribute("aria-invalid");
  }
  if (field && !editors[field]) form.elements[field]?.setAttribute("aria-invalid", "true");
}

// The list of people follows the policy's keys; whoever is asked about is in it.
function choose(html, who) {
  if (people !== html) at("who").innerHTML = html;
  people = html;
  // Somebody else may have been chosen since the question.
  if (wanted === "") wanted = who;
  at("who").value = wanted;
  fit();
}

// A machine has no groups, no attributes and but one trigger.
function fit() {
  const machine = wanted.startsWith("client:");
  for (const part of form.querySelectorAll(".person")) part.hidden = machine;
  const pasted = form.elements.mode.value === "pasted";
  at("chosen").hidden = pasted;
  at("pasted").hidden = !pasted;
}

// ---- The tokens: a claim lights up its lines in the policy and its items.

const claimOf = (target) => target.closest?.("[data-claim]")?.dataset.claim;

function drawTokens(html) {
  const tokens = at("tokens");
  const focused = rowOf(document.activeElement);
  // What was unfolded stays so, as long as the same things are there.
  const folds = [...tokens.querySelectorAll("details")].map((fold) => fold.open);
  tokens.innerHTML = html;
  const made = tokens.querySelectorAll("details");
  if (made.length === folds.length) made.forEach((fold, index) => { fold.open = folds[index]; });
  for (const row of tokens.querySelectorAll("[data-claim]")) {
    const place = places.get(row.dataset.claim);
    if (!place?.policy && !place?.items.length) continue;
    const name = row.querySelector(".name");
    const button = document.createElement("button");
    button.type = "button";
    button.className = name.className;
    button.textContent = name.textContent;
    button.title = "shows its lines in the policy and its items";
    name.replaceWith(button);
    if (focused && rowOf(button) === focused) button.focus({ preventScroll: true });
  }
  if (!places.has(pinned)) pinned = null;
  lit = undefined;
  light(pinned, false);
}

/** A claim's row in one of the tokens, by name. */
function rowOf(element) {
  const row = element?.closest?.("#tokens [data-claim]");
  return row && `${row.closest(".token")?.ariaLabel} ${row.dataset.claim}`;
}

function light(claim, scroll) {
  // Between an edit and its answer the lights move with the texts.
  if (!current || (claim === lit && !scroll)) return;
  lit = claim;
  const place = places.get(claim);
  editors.policy.light(place?.policy ? [place.policy] : [], scroll);
  editors.records.light(place?.items ?? [], scroll);
  for (const row of at("tokens").querySelectorAll("[data-claim]")) {
    row.classList.toggle("lit", row.dataset.claim === claim);
    row.querySelector("button.name")?.setAttribute("aria-pressed", row.dataset.claim === pinned);
  }
}

at("tokens").addEventListener("pointerover", (event) => light(claimOf(event.target) ?? pinned, false));
at("tokens").addEventListener("pointerleave", () => light(pinned, false));
at("tokens").addEventListener("click", (event) => {
  const claim = claimOf(event.target);
  if (!claim || !event.target.closest("button.name")) return;
  pinned = pinned === claim ? null : claim;
  lit = undefined;
  light(pinned, pinned !== null);
});

// ---- Where it begins: a starter, or the files of a server.

/** Writes a starter into the panes, and its sign-in into the form. */
function begin(write) {
  const { policy, records, event } = starter.selectedOptions[0].dataset;
  const texts = { policy, records };
  for (const editor of both()) {
    editor.begin = texts[editor.name] ?? editor.area.defaultValue;
    write(editor, editor.begin);
  }
  for (const field of form.elements) {
    if (editors[field.name] || field.name === "who") continue;
    if (field.type === "radio") field.checked = field.defaultChecked;
    else if (field.options) field.value = [...field.options].find((it) => it.defaultSelected)?.value;
    else field.value = field.defaultValue ?? "";
  }
  wanted = "";
  if (event) take(formOf(JSON.parse(event)));
  people = null;
  fit();
}

/** The form's fields for an event. */
function formOf({ version, triggerSource, callerContext: { clientId }, request }) {
  const { sub, ...attributes } = request.userAttributes;
  const pairs = (map) => Object.entries(map ?? {}).map(([name, value]) => `${name}=${value}`);
  const machine = triggerSource === "TokenGeneration_ClientCredentials";
  return {
    who: machine ? `client:${clientId}` : `user:${sub}`,
    client: clientId,
    scopes: (request.scopes ?? []).join(" "),
    metadata: pairs(request.clientMetadata).join(" "),
    ...(!machine && {
      source: triggerSource,
      version,
      groups: (request.groupConfiguration?.groupsToOverride ?? []).join(" "),
      attributes: pairs(attributes).join("\n"),
    }),
  };
}

const put = (editor, text) => { editor.area.value = text; };

// ---- Remembering: this tab only, so that a reload takes nothing away.

const begun = () => Object.fromEntries(both().map(({ name, begin }) => [name, begin]));

function remember() {
  const memory = { starter: starter.value, begin: begun(), fields: fields() };
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify(memory));
  } catch {
    // There is no room for all of it, or no memory: then for nothing, rather than for something older.
    sessionStorage.removeItem(MEMORY);
    note = "edited; too large to survive a reload";
  }
  at("edited").textContent = note || "edited";
  at("edited").hidden = !note && !both().some(({ edited }) => edited);
}

/** Takes what a link or the memory says into the form; nothing of it is more than a text. */
function take(known, follows = () => false) {
  for (const [name, value] of Object.entries(known ?? {})) {
    const field = form.elements.namedItem(name);
    if (typeof value !== "string" || follows(name, value)) continue;
    if (name === "who") wanted = value;
    else if (field) field.value = value;
  }
}

function recall() {
  let memory = null;
  try {
    memory = JSON.parse(sessionStorage.getItem(MEMORY));
  } catch {
    // No memory, or none that this page wrote.
  }
  const known = [...starter.options].some((option) => option.value === memory?.starter);
  if (!known || typeof memory.begin !== "object") return false;
  starter.value = memory.starter;
  begin(put);
  // An unedited text follows its file.
  take(memory.fields, (name, value) => editors[name] && value === memory.begin[name]);
  const changed = both().some(({ name, begin, edited }) => edited && begin !== memory.begin[name]);
  if (changed) note = "edited; the file has changed since";
  return true;
}

// ---- Sharing: all of it stands behind the `#` of a link, which no server gets.

/** Of the form what is asked about: not what stands in the mode that isn't chosen. */
function shared() {
  const all = fields();
  const { policy, records, mode, event } = all;
  return mode === "pasted" ? { policy, records, mode, event } : { ...all, event: "" };
}

/** What the address carries, taken into the panes. Whether it carried anything. */
async function fromLink(write) {
  const text = location.hash.slice(1);
  if (text === "") return false;
  let known;
  try {
    known = JSON.parse(await unpacked(text));
  } catch {
    history.replaceState(null, "", location.pathname + location.search);
    note = "the link can't be read";
    return false;
  }
  begin(() => {});
  take(known, (name) => name in editors);
  for (const editor of both()) {
    const text = known?.[editor.name];
    write(editor, typeof text === "string" ? text : editor.begin);
  }
  people = null;
  return true;
}

async function share() {
  try {
    history.replaceState(null, "", `#${await packed(JSON.stringify(shared()))}`);
  } catch (problem) {
    at("edited").hidden = false;
    at("edited").textContent = problem.message;
    return;
  }
  await copy(at("share"), location.href);
}

/** Whether a link would hold what may be about real people: anything beside the policy that is no starter's. */
function own() {
  const { event, records } = starter.selectedOptions[0].dataset;
  if (event === undefined) return true;
  const now = shared();
  if (now.records !== records) return true;
  if (now.mode === "pasted") return now.event !== event;
  const made = formOf(JSON.parse(event));
  return ["client", "scopes", "metadata", "groups", "attributes"].some(
    (name) => now[name] !== (made[name] ?? form.elements[name].defaultValue));
}

// ---- Buttons.

function restart() {
  begin((editor, text) => editor.write(text));
  note = "";
  changed(0);
}

// Writing into the editors takes the focus, which stays where it was.
starter.addEventListener("change", () => { restart(); starter.focus(); });
at("reset").addEventListener("click", (event) => { restart(); event.target.focus(); });
at("copy-json").addEventListener("click", (event) => copy(event.target, line));
at("share").addEventListener("click", () => { if (own()) at("sharing").showModal(); else share(); });
at("sharing-no").addEventListener("click", () => at("sharing").close());
at("sharing-yes").addEventListener("click", () => { at("sharing").close(); share(); });
at("edit-event").addEventListener("click", () => {
  at("event").value = at("made-event").textContent;
  form.elements.mode.value = "pasted";
  fit();
  at("event").focus();
  changed();
});

// ---- Listening.

function changed(pause = PAUSE) {
  current = false;
  at("edit-event").disabled = true;
  // What is under way answers an older text.
  asked++;
  for (const editor of both()) editor.move();
  // The address carries what it said, not what was made of it.
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  remember();
  later(pause);
}

form.addEventListener("input", (event) => {
  if (event.target === at("who")) wanted = at("who").value;
  fit();
  changed();
});
form.addEventListener("submit", (event) => event.preventDefault());
// A link that is opened here can be undone, as if it had been typed.
window.addEventListener("hashchange", async () => {
  note = "";
  if (await fromLink((editor, text) => editor.write(text))) drawAll();
  else remember();
});

function drawAll() {
  current = false;
  asked++;
  for (const editor of both()) {
    editor.before = editor.area.value;
    editor.draw();
  }
  fit();
  remember();
  ask();
}

if (!(await fromLink(put)) && !recall()) begin(put);
drawAll();
