// Makes the npm packages: `node pack.js VERSION OUTPUT PLATFORM=PROGRAM…`.
//
// The main package holds a launcher and names one package per platform as an optional dependency; each of those
// holds the program for one platform. PLATFORM is a name in platforms.json; packages are made for the given ones
// only, and the main package names them all.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { execFileSync } = require("node:child_process");

const platforms = require("../platforms.json");
const root = path.join(__dirname, "..", "..");
const [version, output, ...programs] = process.argv.slice(2);
if (!version || !output || programs.length === 0) {
  process.stderr.write("usage: node pack.js VERSION OUTPUT PLATFORM=PROGRAM…\n");
  process.exit(2);
}

const shared = {
  version,
  description: "A quality-gate runner for git: fails closed, on exactly the tree being committed",
  license: "MIT OR Apache-2.0",
};

function pack(name, manifest, files) {
  const folder = fs.mkdtempSync(path.join(output, `${name}.`));
  for (const [place, source, mode] of files) {
    const target = path.join(folder, place);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(source, target);
    fs.chmodSync(target, mode);
  }
  fs.writeFileSync(
    path.join(folder, "package.json"),
    `${JSON.stringify({ name, ...shared, ...manifest }, null, 2)}\n`,
  );
  execFileSync("npm", ["pack", "--silent", "--pack-destination", path.resolve(output)], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  fs.rmSync(folder, { recursive: true });
}

const texts = ["LICENSE-MIT", "LICENSE-APACHE"].map((file) => [file, path.join(root, file), 0o644]);
fs.mkdirSync(output, { recursive: true });
for (const pair of programs) {
  const [name, program] = pair.split("=");
  const platform = platforms.find((known) => known.name === name);
  if (!platform || !program) throw new Error(`not PLATFORM=PROGRAM: ${pair}`);
  const { os, cpu } = platform;
  // Yarn's Plug'n'Play keeps packages zipped, from where no program can be started.
  const manifest = { os: [os], cpu: [cpu], preferUnplugged: true };
  pack(`gatekeeper-git-${name}`, manifest, [["bin/gatekeeper", program, 0o755], ...texts]);
}
pack(
  "gatekeeper-git",
  {
    bin: { gatekeeper: "bin/gatekeeper.js" },
    engines: { node: ">=18" },
    optionalDependencies: Object.fromEntries(
      platforms.map(({ name }) => [`gatekeeper-git-${name}`, version]),
    ),
  },
  [
    ["bin/gatekeeper.js", path.join(__dirname, "gatekeeper.js"), 0o755],
    ["README.md", path.join(root, "README.md"), 0o644],
    ...texts,
  ],
);
