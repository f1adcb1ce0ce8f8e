// What `npm version 1.2.3` runs before it commits and tags: gives the version to the other files that name it, and makes
// what CHANGELOG.md has under "Unreleased" the entry of this version. With a pre-release it stays unreleased.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineProblems } from "./release/engines.mjs";
import { projectProblems } from "./release/project.mjs";
import { distTagOf } from "./release/version.mjs";
import { fail, root, run } from "./setup.mjs";

const date = new Date().toISOString().slice(0, "2026-11-22".length);
const { version } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);

const LOCKED = /(?<=^name = "pawwork-session-export"\nversion = ")[^"]+/m;

/** Each file, and where the version stands in it. */
const PLACES = {
  "Cargo.toml": /(?<=^version = ")[^"]+(?="$)/m,
  "Cargo.lock": LOCKED,
  "fuzz/Cargo.lock": LOCKED,
  // As the napi command line interface makes it from package.json.
  "index.js":
    /(?<=bindingPackageVersion !== '|mismatch, expected )[^' ]+(?='| but got)/g,
  "CHANGELOG.md": /(?<=^## )Unreleased(?=\n)/m,
};

const isPreRelease = distTagOf(version) !== "latest";
for (const [file, place] of Object.entries(PLACES)) {
  const path = join(root, file);
  const text = readFileSync(path, "utf8");
  const isEntry = file === "CHANGELOG.md";
  if (isEntry && (isPreRelease || text.includes(`\n## ${version} - `)))
    continue;
  if (text.search(place) < 0) fail(`${file} names no version to change.`);
  const written = isEntry ? `Unreleased\n\n## ${version} - ${date}` : version;
  writeFileSync(path, text.replace(place, written));
}

const problems = [...projectProblems(root), ...engineProblems(root)];
if (problems.length > 0)
  fail(
    `${problems.join("\n")}\nMend that, undo the rest with \`git checkout .\`, and begin again.`,
  );
run("git", ["add", ...Object.keys(PLACES)]);
