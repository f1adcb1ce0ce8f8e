// Whether `engines` is true. Apart from the rest, as it needs a package: what publishes needs none.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** What is wrong, in sentences: the package may be installed only where what it depends on may. */
export function engineProblems(root) {
  const { engines, dependencies } = readJson(join(root, "package.json"));
  const { packages } = readJson(join(root, "package-lock.json"));
  return Object.keys(dependencies).flatMap((name) => {
    const wanted = packages[`node_modules/${name}`]?.engines?.node ?? "*";
    return semver.subset(engines?.node ?? "*", wanted)
      ? []
      : [
          `package.json: engines says ${engines?.node}, but ${name} needs ${wanted}`,
        ];
  });
}
