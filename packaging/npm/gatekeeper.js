#!/usr/bin/env node
// Starts the native program. Hooks never come through here: `gatekeeper install` writes the native program's
// own path into them, because starting Node.js takes a hundred times as long as starting gatekeeper.
"use strict";

const { spawn } = require("node:child_process");
const os = require("node:os");

// Exit code 3: gatekeeper could not do its job.
function fail(message, help) {
  process.stderr.write(`error: ${message}\nhelp: ${help}\n`);
  process.exit(3);
}

function program() {
  try {
    return require.resolve(`gatekeeper-git-${process.platform}-${process.arch}/bin/gatekeeper`);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
  }
  return fail(
    `there is no gatekeeper for this platform (${process.platform} ${process.arch}) in node_modules`,
    "install again with optional dependencies: `npm install --include=optional gatekeeper-git`",
  );
}

const native = program();
const child = spawn(native, process.argv.slice(2), { stdio: "inherit" });
// Ctrl-C reaches the child from the terminal; the others have to be passed on. In either case the child
// decides what happens, and we end as it does.
for (const signal of ["SIGINT", "SIGQUIT"]) process.on(signal, () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) =>
  fail(`cannot start ${native}: ${error.message}`, "install gatekeeper-git again"),
);
child.on("exit", (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
