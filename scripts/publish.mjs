// node scripts/publish.mjs --registry URL [--first]: publishes the packages of all platforms, then the main one,
// under the dist-tag of the version. What the registry has already is passed over, so that a run that broke off can be
// repeated; but not what was made of another build. Publishes nothing where a version, a field or a binary is wrong, and needs
// no installed package, as it runs where npm takes the workflow for the project. --first publishes from a maintainer's
// computer, and only names that npm does not have yet, which it lets no workflow make.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { folderOf, packagesProblems, systemsOf } from "./release/packages.mjs";
import { projectProblems } from "./release/project.mjs";
import { distTagOf } from "./release/version.mjs";
import { fail, root } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    registry: { type: "string" },
    first: { type: "boolean", default: false },
  },
});
const { registry, first } = values;
const isWorkflow = process.env.GITHUB_ACTIONS === "true";
const isLoopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(
  registry ?? "",
);
if (!registry) fail("Name the registry: --registry URL.");
// A release from a computer has no proof of where it was built, and perhaps not the binaries that were tested.
if (!isWorkflow && !isLoopback && !first)
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
const { version } = pack;
const tag = distTagOf(version);
if (first && tag === "latest")
  fail(
    "The first version that npm gets is a pre-release: it has no proof of where it was built.",
  );
const scope = pack.name.split("/")[0];
const npm = (cwd, args, options) =>
  spawnSync(
    "npm",
    [...args, `--registry=${registry}`, `--${scope}:registry=${registry}`],
    {
      cwd,
      encoding: "utf8",
      shell: process.platform === "win32",
      ...options,
    },
  );

/** Whether the registry has what a name or `name@version` tells. Its other answers, such as "busy", end the run. */
function isThere(name) {
  const args = ["view", name, "version", "--json", "--prefer-online"];
  const { status, stdout, stderr } = npm(root, args);
  // The name can be there without the version, and with pre-releases alone, of which npm then tells nothing.
  const asksForVersion = name.lastIndexOf("@") > 0;
  if (status === 0) return !asksForVersion || stdout.trim() !== "";
  if (/\bE404\b/.test(stdout + stderr)) return false;
  return fail(`The registry does not tell whether it has ${name}: ${stderr}`);
}

/** Whether what the registry has as `name@version` is made of other files than those in the folder. */
function isAnother(folder, id) {
  const ask = (cwd, ...args) => {
    const { status, stdout, stderr } = npm(cwd, [...args, "--json"]);
    if (status !== 0) fail(`npm does not tell what ${id} holds: ${stderr}`);
    return JSON.parse(stdout);
  };
  const [own] = Object.values(
    ask(folder, "pack", "--dry-run", "--ignore-scripts"),
  );
  return ask(root, "view", id, "dist.integrity") !== own.integrity;
}

function publish(folder, name) {
  const id = `${name}@${version}`;
  if (isThere(first ? name : id)) {
    if (!first && isAnother(folder, id))
      fail(
        `${id} is on npm, but of another build: run the failed jobs again, not all of them, or release the next version.`,
      );
    console.log(
      `${id} is not published: the registry has ${first ? name : "it"}.`,
    );
    return;
  }
  const args = [
    "publish",
    "--ignore-scripts",
    "--access=public",
    `--tag=${tag}`,
  ];
  if (isWorkflow) args.push("--provenance");
  // A maintainer is asked for a second factor.
  const { status, stderr } = npm(folder, args, first && { stdio: "inherit" });
  // The registry can have taken it and yet failed to say so, or have shown an older state before.
  const isThereAlready = /cannot publish over the previously published/i;
  if (status !== 0 && !isThereAlready.test(stderr) && !isThere(id)) {
    console.error(stderr);
    fail(
      `${id} was not published. What was published before it stays: run this again. CONTRIBUTING.md tells how npm gets a name that it does not have.`,
    );
  }
  console.log(`${id} is published.`);
}

for (const system of systemsOf(pack))
  publish(folderOf(root, system), `${pack.name}-${system}`);
// Last: whoever installs it finds all that it asks for.
publish(root, pack.name);
