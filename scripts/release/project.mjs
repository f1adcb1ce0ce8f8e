// Whether the project's own files are ready to be released: versions that agree, and what npm shows of the package.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { distTagOf } from "./version.mjs";

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

const locked = (version) =>
  `name = "pawwork-session-export"\nversion = "${version}"\n`;

/** The text of each file that names the version, and what it has to say. */
const VERSIONED = {
  "Cargo.toml": (version) => `\nversion = "${version}"\n`,
  "Cargo.lock": locked,
  "fuzz/Cargo.lock": locked,
  "index.js": (version) => `bindingPackageVersion !== '${version}'`,
};

function versionProblems(root, { version }) {
  const problems = [];
  if (distTagOf(version) === undefined)
    problems.push(
      `package.json: ${version} is no version to release: use 1.2.3, or 1.2.3-beta.1 for a pre-release`,
    );
  for (const [file, wanted] of Object.entries(VERSIONED))
    if (!readFileSync(join(root, file), "utf8").includes(wanted(version)))
      problems.push(
        `${file} does not have the version ${version}: run npm run build, and commit what it changes`,
      );
  const lock = readJson(join(root, "package-lock.json"));
  if ([lock.version, lock.packages[""].version].some((v) => v !== version))
    problems.push(
      `package-lock.json does not have the version ${version}: run npm install --package-lock-only`,
    );
  return [...problems, ...changelogProblems(root, version)];
}

/** A version has an entry with its date; what a pre-release has may stay under "Unreleased" until the version comes. */
function changelogProblems(root, version) {
  const entries = readFileSync(join(root, "CHANGELOG.md"), "utf8").split(
    /^(?=## )/m,
  );
  const entryOf = (heading) =>
    entries.find((text) => text.startsWith(`## ${heading}`));
  const isPreRelease = distTagOf(version) !== "latest";
  const entry =
    entryOf(`${version} - `) ??
    (isPreRelease ? entryOf("Unreleased\n") : undefined);
  if (!/^## (Unreleased|\S+ - \d{4}-\d\d-\d\d)$/m.test(entry?.split("\n")[0]))
    return [
      `CHANGELOG.md has no entry "## ${version} - YYYY-MM-DD": give what is unreleased this heading`,
    ];
  return /^- /m.test(entry)
    ? []
    : [`CHANGELOG.md says nothing of what ${version} changes`];
}

/** Fields that npm needs to give the package to everybody, and to prove where it was built. */
function fieldProblems(pack) {
  const problems = [];
  if (pack.license !== "Apache-2.0")
    problems.push(`package.json: license is ${pack.license}`);
  if (pack.publishConfig?.access !== "public")
    problems.push('package.json: publishConfig.access is not "public"');
  if (!repositoryOf(pack))
    problems.push(
      "package.json: repository.url is not git+https://github.com/OWNER/NAME.git",
    );
  return problems;
}

/** `OWNER/NAME` of the repository on GitHub that package.json names. */
function repositoryOf({ repository }) {
  return /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/.exec(
    repository?.url ?? "",
  )?.[1];
}

/** Lists the licences that are missing: a package without them must not be published. */
function licenceProblems(root) {
  return ["LICENSE", "THIRD_PARTY_NOTICES"]
    .filter((name) => !existsSync(join(root, name)))
    .map((name) => `${name} is missing`);
}

/**
 * What is wrong with the project in `root`, in sentences. `tag` is the tag of git that asks for the release, and
 * `repository` the one on GitHub, `OWNER/NAME`, that it is made in; where they are not given they are not compared.
 */
export function projectProblems(root, { tag, repository } = {}) {
  const pack = readJson(join(root, "package.json"));
  const problems = [
    ...versionProblems(root, pack),
    ...fieldProblems(pack),
    ...licenceProblems(root),
  ];
  if (tag !== undefined && tag !== `v${pack.version}`)
    problems.push(`the tag is ${tag}, but package.json has ${pack.version}`);
  if (repository !== undefined && repository !== repositoryOf(pack))
    problems.push(
      `this is ${repository}, but package.json names ${repositoryOf(pack)}: npm refuses the provenance then`,
    );
  return problems;
}
