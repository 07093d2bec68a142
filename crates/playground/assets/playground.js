// Sends the panes' texts and the form to the engine, and puts the answer in its place. It decides nothing.
import { engine } from "./ask.js";
import { copy } from "./copy.js";
import { Editor } from "./editor.js";
import { packed, unpacked } from "./link.js";

const at = (id) => document.getElementById(id);
const form = at("sign-in");
const starter = at("starter");
const MEMORY = "claimsmith playground";
/** Milliseconds from the last key to a question. */
const PAUSE = 150;

let line = null;
let places = {};
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
  const number = ++asked;
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
    places = answer.places;
    current = true;
    drawTokens(answer.tokens_html);
  }
  at("tokens").classList.toggle("stale", !fresh);
  at("tokens").inert = !fresh;
  line = answer.line ?? null;
  at("copy-json").disabled = line === null;
  mark(answer.field);
  if (at("status").textContent !== answer.status) at("status").textContent = answer.status;
  at("status").dataset.mood = fresh ? (line?.outcome ?? "") : "stale";
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
  const focused = claimOf(document.activeElement ?? document.body);
  at("tokens").innerHTML = html;
  for (const row of at("tokens").querySelectorAll("[data-claim]")) {
    const place = places[row.dataset.claim];
    if (!place?.policy && !place?.items.length) continue;
    const name = row.querySelector(".name");
    const button = document.createElement("button");
    button.type = "button";
    button.className = name.className;
    button.textContent = name.textContent;
    button.title = "shows its lines in the policy and its items";
    name.replaceWith(button);
    if (row.dataset.claim === focused) button.focus({ preventScroll: true });
  }
  if (!(pinned in places)) pinned = null;
  light(pinned, false);
}

function light(claim, scroll) {
  // Between an edit and its answer the lights move with the texts.
  if (!current) return;
  const place = places[claim];
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
  light(pinned ?? claim, true);
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
  if (event) fill(JSON.parse(event));
  people = null;
  fit();
}

/** The form of an event. */
function fill({ version, triggerSource, callerContext: { clientId }, request }) {
  const { sub, ...attributes } = request.userAttributes;
  const machine = triggerSource === "TokenGeneration_ClientCredentials";
  wanted = machine ? `client:${clientId}` : `user:${sub}`;
  const pairs = (map) => Object.entries(map ?? {}).map(([name, value]) => `${name}=${value}`);
  const made = {
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
  for (const [name, value] of Object.entries(made)) form.elements[name].value = value;
}

const put = (editor, text) => { editor.area.value = text; };

// ---- Remembering: this tab only, so that a reload takes nothing away.

const begun = () => Object.fromEntries(both().map(({ name, begin }) => [name, begin]));

function remember() {
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify({ starter: starter.value, begin: begun(), fields: fields() }));
  } catch {
    // Without a memory the page works as well.
  }
  at("edited").textContent = note || "edited";
  at("edited").hidden = !note && !both().some(({ edited }) => edited);
}

/** Takes what a link or the memory says into the form; nothing of it is more than a text. */
function take(known, follows = () => false) {
  for (const [name, value] of Object.entries(known ?? {})) {
    const field = form.elements[name];
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
    // A memory of another version is none.
  }
  if (!memory) return false;
  starter.value = memory.starter;
  if (!starter.selectedOptions.length) return false;
  begin(put);
  // An unedited text follows its file.
  take(memory.fields, (name, value) => editors[name] && value === memory.begin[name]);
  const changed = both().some(({ name, begin, edited }) => edited && begin !== memory.begin[name]);
  if (changed) note = "edited; the file has changed since";
  return true;
}

// ---- Sharing: all of it stands behind the `#` of a link, which no server gets.

/** What the address carries, taken into the panes. Whether it carried anything. */
async function fromLink() {
  const text = location.hash.slice(1);
  if (text === "") return false;
  try {
    const known = JSON.parse(await unpacked(text));
    begin(put);
    take(known);
    people = null;
    return true;
  } catch {
    history.replaceState(null, "", location.pathname);
    note = "the link can't be read";
    return false;
  }
}

async function share() {
  history.replaceState(null, "", `#${await packed(JSON.stringify(fields()))}`);
  await copy(at("share"), location.href);
}

/** Whether the panes hold what no starter holds and may be about real people. */
function own() {
  const starters = [...starter.options].map((it) => it.dataset);
  const pasted = form.elements.mode.value === "pasted";
  const known = (name) => starters.some((it) => it[name] === form.elements[name].value);
  return !known("records") || (pasted && !known("event"));
}

// ---- Buttons.

function restart() {
  begin((editor, text) => editor.write(text));
  note = "";
  changed(0);
}

starter.addEventListener("change", restart);
at("reset").addEventListener("click", (event) => { restart(); event.target.focus(); });
at("copy-json").addEventListener("click", (event) => copy(event.target, JSON.stringify(line, null, 2)));
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
  for (const editor of both()) editor.move();
  // The address carries what it said, not what was made of it.
  if (location.hash) history.replaceState(null, "", location.pathname);
  remember();
  later(pause);
}

form.addEventListener("input", (event) => {
  if (event.target === at("who")) wanted = at("who").value;
  fit();
  changed();
});
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", () => { if (location.hash) start(); });

async function start() {
  if (!(await fromLink()) && !recall()) begin(put);
  for (const editor of both()) {
    editor.before = editor.area.value;
    editor.draw();
  }
  fit();
  remember();
  ask();
}

start();
