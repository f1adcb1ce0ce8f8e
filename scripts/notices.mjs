// node scripts/notices.mjs: writes THIRD_PARTY_NOTICES, the licences of everything that is compiled into
// the addon on any system. With --check it only says whether the file is up to date.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const path = join(root, "THIRD_PARTY_NOTICES");

const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version=1", "--locked"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  }),
);
const packages = new Map(metadata.packages.map((p) => [p.id, p]));
const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));

/** What is compiled in: neither what only builds nor what only tests. */
const shipped = new Set();
const add = (id) => {
  for (const { pkg, dep_kinds } of nodes.get(id).deps) {
    const isShipped = dep_kinds.some(({ kind }) => kind === null);
    const isMacro = packages
      .get(pkg)
      .targets.some(({ kind }) => kind.includes("proc-macro"));
    if (!isShipped || isMacro || shipped.has(pkg)) continue;
    shipped.add(pkg);
    add(pkg);
  }
};
add(metadata.resolve.root);

/** The texts of a package's licences; where it offers one of several, Apache-2.0's own is not repeated. */
function texts({ manifest_path }) {
  const folder = dirname(manifest_path);
  return readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice|unlicense)/i.test(name))
    .sort()
    .map((name) => {
      try {
        return readFileSync(join(folder, name), "utf8").trim();
      } catch {
        return "";
      }
    })
    .filter(Boolean);
}

const byText = new Map();
const names = [];
for (const id of shipped) {
  const crate = packages.get(id);
  const name = `${crate.name} ${crate.version}`;
  names.push(`${name} (${crate.license ?? "see below"})`);
  for (const text of texts(crate))
    byText.set(text, [...(byText.get(text) ?? []), name]);
}
names.push("SQLite, inside libsqlite3-sys (public domain)");

const rule = "=".repeat(80);
const notices = [
  "What the addon of @pawwork/session-export is made with, and under which licences.",
  names.sort().join("\n"),
  ...[...byText]
    .map(([text, of]) => [of.sort().join(", "), text])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([of, text]) => `${rule}\n${of}\n${rule}\n\n${text}`),
].join("\n\n");

if (process.argv.includes("--check")) {
  // Texts differ by the system that unpacked them; what is listed does not.
  const list = (text) => text.split(rule)[0].trim();
  const isSame = list(readFileSync(path, "utf8")) === list(notices);
  if (!isSame) {
    console.error("THIRD_PARTY_NOTICES is old: run node scripts/notices.mjs.");
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, `${notices}\n`);
}
