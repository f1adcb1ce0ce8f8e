// node scripts/check-release.mjs [--tag v1.2.3] [--repository OWNER/NAME] [--packages]: whether the project can be
// released, before anything is built: versions that agree, an entry in CHANGELOG.md, what npm needs. With --packages also
// whether `npm/` holds a package with the right binary for every platform. Ends with 1 where something is wrong, and
// names all of it.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { engineProblems } from "./release/engines.mjs";
import { packagesProblems } from "./release/packages.mjs";
import { projectProblems } from "./release/project.mjs";
import { distTagOf } from "./release/version.mjs";
import { root } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    tag: { type: "string" },
    repository: { type: "string" },
    packages: { type: "boolean", default: false },
  },
});

const problems = [...projectProblems(root, values), ...engineProblems(root)];
if (values.packages) problems.push(...packagesProblems(root));
for (const problem of problems) console.error(problem);
const { name, version } = JSON.parse(
  readFileSync(`${root}package.json`, "utf8"),
);
if (problems.length > 0) process.exitCode = 1;
else
  console.log(
    `${name} ${version} can be released; npm gives it out as ${distTagOf(version)}.`,
  );
