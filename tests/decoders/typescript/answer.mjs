// Answers the questions of ../check.py, read from standard input. Its argument is the decoder as
// JavaScript.
import { readFileSync } from "node:fs";

const flags = await import(process.argv[2]);
const calls = {
  bits: (it) => Object.fromEntries(flags.readBits(it.text, it.catalogue)),
  feature: (it) => flags.feature(it.claims, it.name) ?? null,
  omitted: (it) => flags.omitted(it.claims, it.name),
  cut: (it) => flags.cut(it.claims, it.name),
  list: (it) => flags.readList(it.value, it.door),
};
const questions = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(questions.map((it) => calls[it.call](it))));
