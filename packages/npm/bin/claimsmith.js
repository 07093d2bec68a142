#!/usr/bin/env node
// Starts the program that npm installed for this machine, as if it had been started itself.
"use strict";
const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const INSTALL = "https://github.com/claimsmith/claimsmith/blob/main/docs/install.md";
const machine = `${process.platform}-${process.arch}`;

function give_up(why) {
  console.error(`claimsmith: ${why}\n` +
    "  npm has it for Linux with glibc on x64 and arm64; if this is such a machine, install it again\n" +
    `  without --omit=optional. Elsewhere: cargo, or the container image: ${INSTALL}`);
  process.exit(1);
}

let program;
try {
  program = require.resolve(`@claimsmith/cli-${machine}/claimsmith`);
} catch {
  give_up(`there is no program for ${machine} here`);
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
const typed = (signal) => process.stdin.isTTY && (signal === "SIGINT" || signal === "SIGQUIT");
const forward = (signal) => typed(signal) || child.kill(signal);
// Before it starts: one that came earlier would end this process alone. What is typed at a terminal
// reaches both anyway.
signals.forEach((signal) => process.on(signal, forward));
const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// glibc's loader is missing on other systems, and that is ENOENT as well.
child.on("error", (error) => give_up(`the program for ${machine} can't be started: ${error.code}`));
child.on("exit", (status, signal) => {
  if (signal === null) process.exit(status);
  // Whoever waits for us sees the same end; of others, which would do something else to us, its number.
  process.exitCode = 128 + constants.signals[signal];
  signals.forEach((name) => process.off(name, forward));
  if ([...signals, "SIGKILL", "SIGABRT"].includes(signal)) process.kill(process.pid, signal);
});
