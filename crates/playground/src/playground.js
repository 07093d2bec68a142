// Sends the editor's text and the form, and puts the answer in its place. It computes nothing.
"use strict";

const at = (id) => document.getElementById(id);
const editor = at("policy");
const form = at("sign-in");
const file = editor.defaultValue;
const MEMORY = "claimsmith playground";

let marks = [];
let line = null;
let waiting = null;
let people = null;
let asked = 0;

// ---- The editor: line numbers and colours behind a plain text area.

// One pass over a line of TOML; what is none of these stays as it is.
const TOKENS =
  /(?<comment>#.*)|(?<text>"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?)|(?<section>^[ \t]*\[\[?[^\]\n]*\]?\]?)|(?<key>[\w.-]+(?=[ \t]*=))|(?<word>\b(?:true|false|[+-]?\d[\d_.]*)\b)/gm;

function coloured(text) {
  const runs = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > end) runs.push([text.slice(end, match.index), ""]);
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    runs.push([match[0], kind]);
    end = match.index + match[0].length;
  }
  runs.push([text.slice(end), ""]);
  return runs;
}

function drawEditor() {
  const text = editor.value;
  const nodes = [];
  let start = 0;
  for (const [run, kind] of coloured(text)) {
    // A run is cut where a finding begins or ends in it.
    const cuts = marks.flatMap(({ from, to }) => [from, Math.max(to, from + 1)]);
    const inside = cuts.filter((cut) => cut > start && cut < start + run.length);
    const edges = [...new Set([start, ...inside, start + run.length])].sort((a, b) => a - b);
    for (let i = 1; i < edges.length; i++) {
      const [from, to] = [edges[i - 1], edges[i]];
      const span = document.createElement("span");
      span.className = kind;
      if (marks.some((mark) => mark.from <= from && to <= Math.max(mark.to, mark.from + 1))) {
        span.classList.add("marked");
      }
      span.textContent = text.slice(from, to);
      nodes.push(span);
    }
    start += run.length;
  }
  // The last line break has no height of its own in a `pre`.
  at("mirror").replaceChildren(...nodes, "\n");

  const wrong = new Set(marks.map((mark) => mark.line));
  const numbers = text.split("\n").map((_, index) => {
    const number = document.createElement("span");
    number.textContent = index + 1;
    if (wrong.has(index + 1)) number.className = "wrong";
    return number;
  });
  at("lines").replaceChildren(...numbers);
  follow();
}

function follow() {
  at("mirror").scrollTop = editor.scrollTop;
  at("mirror").scrollLeft = editor.scrollLeft;
  at("lines").scrollTop = editor.scrollTop;
}

// Marks are about the text that was asked about; until the answer they move along with the edit.
function moveMarks(before, after) {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const moved = after.length - before.length;
  const place = (offset) => (offset <= head ? offset : Math.max(head, offset + moved));
  const lineOf = (offset) => after.slice(0, offset).split("\n").length;
  marks = marks.map(({ from, to }) => ({ from: place(from), to: place(to), line: lineOf(place(from)) }));
}

function goTo(finding) {
  const mark = marks[finding];
  if (!mark) return;
  editor.focus();
  editor.setSelectionRange(mark.from, mark.to);
  const height = parseFloat(getComputedStyle(editor).lineHeight);
  editor.scrollTop = Math.max(0, (mark.line - 4) * height);
  follow();
}

// ---- Asking.

function question() {
  const fields = new FormData(form);
  // The list of people comes with the first answer.
  fields.set("who", at("who").value || at("who").dataset.wanted || "");
  return JSON.stringify(Object.fromEntries(fields));
}

function later(delay) {
  clearTimeout(waiting);
  waiting = setTimeout(ask, delay);
}

async function ask() {
  const number = ++asked;
  document.body.classList.add("asking");
  try {
    const response = await fetch("/answer", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: question(),
    });
    const answer = response.ok ? await response.json() : { status: `Not computed: ${await response.text()}` };
    if (number === asked) show(answer);
  } catch {
    if (number === asked) show({ status: "Not computed: claimsmith doesn't answer. Is it still running?" });
  }
  if (number === asked) document.body.classList.remove("asking");
}

function show(answer) {
  if (answer.findings_html !== undefined) {
    at("findings").innerHTML = answer.findings_html;
    marks = answer.marks;
    if (marks.length > 0) editor.setAttribute("aria-invalid", "true");
    else editor.removeAttribute("aria-invalid");
    drawEditor();
  }
  if (answer.people_html !== undefined) choose(answer.people_html);
  if (answer.metadata_html !== undefined) at("suggestions").innerHTML = answer.metadata_html;
  if (answer.event !== undefined) at("made-event").textContent = answer.event;

  const fresh = answer.tokens_html !== undefined;
  if (fresh) {
    at("tokens").innerHTML = answer.tokens_html;
    const pasted = form.elements.mode.value === "pasted";
    at("tokens").firstElementChild.classList.toggle("chosen-event", !pasted);
  }
  at("tokens").classList.toggle("stale", !fresh);
  at("tokens").inert = !fresh;
  line = answer.line ?? null;
  at("copy-json").disabled = line === null;
  mark(answer.problem?.field);
  if (at("status").textContent !== answer.status) at("status").textContent = answer.status;
  at("status").dataset.mood = fresh ? (line?.outcome ?? "") : "stale";
}

function mark(field) {
  for (const input of form.elements) {
    if (input !== editor) input.removeAttribute("aria-invalid");
  }
  if (field) form.elements[field]?.setAttribute("aria-invalid", "true");
}

// The list of people follows the policy's keys; whoever was chosen stays chosen if still there.
function choose(html) {
  const who = at("who");
  if (people === html) return;
  const asked = who.value || who.dataset.wanted;
  who.innerHTML = html;
  people = html;
  if ([...who.options].some((option) => option.value === asked)) who.value = asked;
  fit();
  // Whoever was asked about isn't there any more.
  if (asked && who.value !== asked) later(0);
}

// A machine has no groups, no attributes and but one trigger.
function fit() {
  const machine = at("who").value.startsWith("client:");
  for (const part of form.querySelectorAll(".person")) {
    part.hidden = machine;
  }
  const pasted = form.elements.mode.value === "pasted";
  at("chosen").hidden = pasted;
  at("pasted").hidden = !pasted;
}

// ---- Remembering: this tab only, so that a reload takes nothing away.

function remember() {
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify({ file, fields: JSON.parse(question()) }));
  } catch {
    // Without a memory the page works as well.
  }
  at("edited").hidden = editor.value === file;
}

function recall() {
  let memory = null;
  try {
    memory = JSON.parse(sessionStorage.getItem(MEMORY));
  } catch {
    // A memory of another version is none.
  }
  for (const [name, value] of Object.entries(memory?.fields ?? {})) {
    const field = form.elements[name];
    // An unedited text follows its file.
    const followsFile = name === "policy" && value === memory.file;
    if (name === "who") at("who").dataset.wanted = value;
    else if (field && !followsFile) field.value = value;
  }
  if (memory && memory.file !== file && editor.value !== file) {
    at("edited").textContent = "edited; the file has changed since";
  }
  at("edited").hidden = editor.value === file;
}

// ---- Buttons.

async function copy(button, text) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed";
  }
  setTimeout(() => { button.textContent = label; }, 1500);
}

at("copy").addEventListener("click", (event) => copy(event.target, editor.value));
at("copy-json").addEventListener("click", (event) => copy(event.target, JSON.stringify(line, null, 2)));
at("download").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([editor.value], { type: "application/toml" }));
  link.download = "claims.toml";
  link.click();
  URL.revokeObjectURL(link.href);
});
at("reset").addEventListener("click", () => {
  // Not through `value`: a browser can undo what a person could have typed.
  editor.focus();
  editor.select();
  if (!document.execCommand("insertText", false, file)) editor.value = file;
  editor.setSelectionRange(0, 0);
  editor.scrollTop = 0;
  changed();
});
at("edit-event").addEventListener("click", () => {
  at("event").value = at("made-event").textContent;
  form.elements.mode.value = "pasted";
  fit();
  at("event").focus();
  changed();
});
at("findings").addEventListener("click", (event) => {
  const finding = event.target.closest("[data-finding]")?.dataset.finding;
  if (finding !== undefined) goTo(Number(finding));
});

// ---- Listening.

let before = editor.value;
function changed() {
  if (editor.value !== before) {
    moveMarks(before, editor.value);
    before = editor.value;
    drawEditor();
  }
  remember();
  later(150);
}

editor.addEventListener("scroll", follow, { passive: true });
editor.addEventListener("input", changed);
form.addEventListener("input", () => { fit(); changed(); });
form.addEventListener("submit", (event) => event.preventDefault());

recall();
before = editor.value;
fit();
drawEditor();
ask();
