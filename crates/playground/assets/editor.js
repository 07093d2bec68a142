// An editor: line numbers, colours, marks and lights behind a plain text area.

import { copy, download } from "./copy.js";

/** Letters: a longer text has no colours. */
const MOST_COLOURED = 60_000;

// One pass over a line; what is none of these stays as it is.
const GRAMMARS = {
  policy:
    /(?<comment>#.*)|(?<string>"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?)|(?<section>^[ \t]*\[\[?[^\]\n]*\]?\]?)|(?<key>[\w.-]+(?=[ \t]*=))|(?<word>\b(?:true|false|[+-]?\d[\d_.]*)\b)/gm,
  records: /(?<key>"(?:\\.|[^"\\\n])*"(?=\s*:))|(?<string>"(?:\\.|[^"\\\n])*"?)|(?<word>\b(?:true|false|null|-?\d[\d.eE+-]*)\b)/g,
};

export class Editor {
  /** Of a section of the page; `changed` is told of every edit. */
  constructor(section, changed) {
    this.name = section.dataset.editor;
    this.area = section.querySelector("textarea");
    this.mirror = section.querySelector(".mirror");
    this.lines = section.querySelector(".lines");
    this.findings = section.querySelector(".findings");
    this.begin = this.area.defaultValue;
    this.before = this.area.value;
    this.marks = [];
    this.lit = [];
    this.area.addEventListener("scroll", () => this.follow(), { passive: true });
    this.area.addEventListener("input", () => changed());
    this.findings.addEventListener("click", (event) => {
      const mark = this.marks[event.target.closest("[data-mark]")?.dataset.mark];
      if (mark) this.goTo(mark);
    });
    const file = section.dataset.file;
    section.querySelector("[data-do=copy]").addEventListener("click", (event) => copy(event.target, this.area.value));
    section.querySelector("[data-do=download]").addEventListener("click", () => download(file, this.area.value));
  }

  get edited() {
    return this.area.value !== this.begin;
  }

  /** Writes another text, which a person can undo as if it had been typed. */
  write(text) {
    if (this.area.value === text) return;
    this.area.focus({ preventScroll: true });
    this.area.select();
    if (!document.execCommand("insertText", false, text)) this.area.value = text;
    this.area.setSelectionRange(0, 0);
    this.area.scrollTop = 0;
  }

  /** Marks and lights are about the text that was asked about; until the answer they move with the edit. */
  move() {
    const { before, area: { value: after } } = this;
    if (before === after) return;
    const most = Math.min(before.length, after.length);
    let head = 0;
    while (head < most && before[head] === after[head]) head++;
    let tail = 0;
    while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
    const moved = after.length - before.length;
    const place = (offset) => (offset <= head ? offset : Math.max(head, offset + moved));
    const span = (old) => ({ ...old, from: place(old.from), to: place(old.to) });
    // Lines are counted on from one mark to the next.
    let [line, counted] = [1, 0];
    this.marks = this.marks.map(span).sort((a, b) => a.from - b.from).map((mark) => {
      line += after.slice(counted, mark.from).split("\n").length - 1;
      counted = mark.from;
      return { ...mark, line };
    });
    this.lit = this.lit.map(span);
    this.before = after;
    this.draw();
  }

  wrong(marks, html) {
    this.findings.innerHTML = html;
    this.marks = marks;
    if (marks.length > 0) this.area.setAttribute("aria-invalid", "true");
    else this.area.removeAttribute("aria-invalid");
    this.draw();
  }

  light(spans, show) {
    if (this.lit.length > 0 || spans.length > 0) {
      this.lit = spans;
      this.draw();
    }
    if (show && spans.length > 0) this.show(spans[0]);
  }

  runs() {
    const text = this.area.value;
    const runs = [];
    let end = 0;
    if (text.length <= MOST_COLOURED) {
      for (const match of text.matchAll(GRAMMARS[this.name])) {
        if (match.index > end) runs.push([text.slice(end, match.index), ""]);
        runs.push([match[0], Object.keys(match.groups).find((name) => match.groups[name] !== undefined)]);
        end = match.index + match[0].length;
      }
    }
    runs.push([text.slice(end), ""]);
    return runs;
  }

  draw() {
    const text = this.area.value;
    const wide = ({ from, to }) => ({ from, to: Math.max(to, from + 1) });
    const layers = [["marked", this.marks.map(wide)], ["lit", this.lit.map(wide)]];
    const cuts = layers.flatMap(([, spans]) => spans.flatMap(({ from, to }) => [from, to]));
    const nodes = [];
    let start = 0;
    for (const [run, kind] of this.runs()) {
      // A run is cut where a mark or a light begins or ends in it.
      const inside = cuts.filter((cut) => cut > start && cut < start + run.length);
      const edges = [...new Set([start, ...inside, start + run.length])].sort((a, b) => a - b);
      for (let i = 1; i < edges.length; i++) {
        const [from, to] = [edges[i - 1], edges[i]];
        const span = document.createElement("span");
        if (kind) span.className = kind;
        for (const [name, spans] of layers) {
          if (spans.some((it) => it.from <= from && to <= it.to)) span.classList.add(name);
        }
        span.textContent = text.slice(from, to);
        nodes.push(span);
      }
      start += run.length;
    }
    // The last line break has no height of its own in a `pre`.
    this.mirror.replaceChildren(...nodes, "\n");

    const wrong = new Set(this.marks.map((mark) => mark.line));
    const numbers = text.split("\n").map((_, index) => {
      const number = document.createElement("span");
      number.textContent = index + 1;
      if (wrong.has(index + 1)) number.className = "wrong";
      return number;
    });
    this.lines.replaceChildren(...numbers);
    this.follow();
  }

  follow() {
    this.mirror.scrollTop = this.area.scrollTop;
    this.mirror.scrollLeft = this.area.scrollLeft;
    this.lines.scrollTop = this.area.scrollTop;
  }

  /** Scrolls to a place, in both directions, and the page to the editor if it is out of sight. */
  show({ from }) {
    const { area } = this;
    const style = getComputedStyle(area);
    const before = area.value.slice(0, from);
    const above = before.split("\n").length - 1;
    const top = above * parseFloat(style.lineHeight);
    // In a font of one width, which a line's letters need not all have.
    const left = (from - before.lastIndexOf("\n") - 1) * parseFloat(style.fontSize) * 0.6;
    const room = 2 * parseFloat(style.lineHeight);
    if (top < area.scrollTop || top + room > area.scrollTop + area.clientHeight) {
      area.scrollTop = Math.max(0, top - room);
    }
    if (left < area.scrollLeft || left + room > area.scrollLeft + area.clientWidth) {
      area.scrollLeft = Math.max(0, left - room);
    }
    area.closest("section").scrollIntoView({ block: "nearest" });
    this.follow();
  }

  goTo(span) {
    this.area.focus();
    this.area.setSelectionRange(span.from, span.to);
    this.show(span);
  }
}
