// The packages of the platforms in `npm/`: made from the built addons, and proven complete.
import {
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { systemOf } from "../loader.mjs";
import { binaryProblems } from "./binary.mjs";

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** npm packs LICENSE by itself, and THIRD_PARTY_NOTICES only where `files` names it. */
const LICENCES = ["LICENSE", "THIRD_PARTY_NOTICES"];

/** The folder in which the package of a platform is made. */
export const folderOf = (root, system) => join(root, "npm", system);

/** The platforms of the package in `root`, such as `linux-x64-gnu`. */
export const systemsOf = ({ napi }) => napi.targets.map(systemOf).sort();

/** Puts the licences into the packages that `napi create-npm-dirs` made. */
export function addLicences(root) {
  const pack = readJson(join(root, "package.json"));
  for (const system of systemsOf(pack)) {
    const folder = folderOf(root, system);
    for (const name of LICENCES)
      copyFileSync(join(root, name), join(folder, name));
    const path = join(folder, "package.json");
    const made = readJson(path);
    made.files = [...new Set([...made.files, ...LICENCES])];
    writeFileSync(path, `${JSON.stringify(made, undefined, 2)}\n`);
  }
}

/** The fields that npm chooses a platform's package by, and those that are the same in all packages. */
function expectedFields(pack, system) {
  const [os, cpu, abi] = system.split("-");
  const addon = `${pack.napi.binaryName}.${system}.node`;
  const libc = { gnu: ["glibc"], musl: ["musl"] }[abi];
  const { version, license, engines, repository, publishConfig } = pack;
  return {
    name: `${pack.name}-${system}`,
    main: addon,
    files: [addon, ...LICENCES],
    os: [os],
    cpu: [cpu],
    libc,
    ...{ version, license, engines, repository, publishConfig },
  };
}

/** Lists the mistakes in the package of one platform. */
function platformProblems(root, pack, system, isTrial) {
  const folder = folderOf(root, system);
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return [`npm/${system} is missing`];
  const found = readJson(manifest);
  const problems = Object.entries(expectedFields(pack, system))
    .filter(([key, value]) => !isDeepStrictEqual(found[key], value))
    .map(
      ([key, value]) =>
        `npm/${system}: ${key} is ${JSON.stringify(found[key])}, not ${JSON.stringify(value)}`,
    );
  for (const name of LICENCES) {
    const [own, shared] = [join(folder, name), join(root, name)];
    // `projectProblems` reports the fields that the project itself lacks.
    const isSame =
      !existsSync(shared) ||
      (existsSync(own) && readFileSync(own).equals(readFileSync(shared)));
    if (!isSame) problems.push(`npm/${system}: ${name} is not the project's`);
  }
  const addon = `${pack.napi.binaryName}.${system}.node`;
  const path = join(folder, addon);
  if (!existsSync(path)) return [...problems, `npm/${system}: no ${addon}`];
  return [
    ...problems,
    ...binaryProblems(readFileSync(path), system, isTrial).map(
      (problem) => `npm/${system}: ${addon} ${problem}`,
    ),
  ];
}

/**
 * What is wrong with the packages in `npm/`, and with how the main package asks for them, in sentences. Where `isTrial`,
 * an addon may have been built on this computer instead of with an old C library.
 */
export function packagesProblems(root, isTrial = false) {
  const pack = readJson(join(root, "package.json"));
  const systems = systemsOf(pack);
  const asked = Object.fromEntries(
    systems.map((system) => [`${pack.name}-${system}`, pack.version]),
  );
  const problems = systems.flatMap((system) =>
    platformProblems(root, pack, system, isTrial),
  );
  if (!isDeepStrictEqual(pack.optionalDependencies, asked))
    problems.push(
      `package.json: optionalDependencies does not name each platform with ${pack.version}: run scripts/assemble-release.mjs`,
    );
  const others = existsSync(join(root, "npm"))
    ? readdirSync(join(root, "npm")).filter((name) => !systems.includes(name))
    : [];
  for (const name of others)
    problems.push(`npm/${name} is of no platform in package.json`);
  return problems;
}
