// node scripts/publish.mjs --registry URL: publishes the packages of all platforms, then the main one,
// under the dist-tag of the version. What the registry has already is passed over, so that a run that broke off can be
// repeated. Publishes nothing where scripts/check-release.mjs finds something wrong.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { folderOf, packagesProblems, systemsOf } from "./release/packages.mjs";
import { projectProblems } from "./release/project.mjs";
import { distTagOf } from "./release/version.mjs";
import { fail, root } from "./setup.mjs";

const { values } = parseArgs({
  options: { registry: { type: "string" } },
});
const { registry } = values;
const isWorkflow = process.env.GITHUB_ACTIONS === "true";
const isLoopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(
  registry ?? "",
);
if (!registry) fail("Name the registry: --registry URL.");
// A release from a computer has no proof of where it was built, and perhaps not the binaries that were tested.
if (!isWorkflow && !isLoopback)
  fail(
    "Only the release workflow publishes: push a tag. To try it here, use a registry at 127.0.0.1.",
  );

const problems = [
  ...projectProblems(root),
  ...packagesProblems(root, isLoopback),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) fail("Nothing was published.");

const pack = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const scope = pack.name.split("/")[0];
const npm = (cwd, ...args) =>
  spawnSync(
    "npm",
    [...args, `--registry=${registry}`, `--${scope}:registry=${registry}`],
    { cwd, encoding: "utf8", shell: process.platform === "win32" },
  );

/** Whether the registry has the version. Its other answers, such as that it is busy, end the run. */
function isThere(name) {
  const { status, stdout, stderr } = npm(
    root,
    "view",
    `${name}@${pack.version}`,
    "version",
    "--json",
    "--prefer-online",
  );
  // The name is there, and not this version.
  if (status === 0) return stdout.trim() !== "";
  if (/\bE404\b/.test(stdout + stderr)) return false;
  return fail(`The registry does not tell whether it has ${name}: ${stderr}`);
}

function publish(folder, name) {
  if (isThere(name)) {
    console.log(`${name} ${pack.version} is there already.`);
    return;
  }
  const args = ["--access=public", `--tag=${distTagOf(pack.version)}`];
  if (isWorkflow) args.push("--provenance");
  const { status, stderr } = npm(
    folder,
    "publish",
    "--ignore-scripts",
    ...args,
  );
  // The registry can have taken it and yet failed to say so, or have shown an older state before.
  const isThereAlready = /cannot publish over the previously published/i;
  if (status !== 0 && !isThereAlready.test(stderr) && !isThere(name)) {
    console.error(stderr);
    fail(
      `${name} was not published. What was published before it stays: run this again.`,
    );
  }
  console.log(`${name} ${pack.version} is published.`);
}

for (const system of systemsOf(pack))
  publish(folderOf(root, system), `${pack.name}-${system}`);
// Last: whoever installs it finds all that it asks for.
publish(root, pack.name);
