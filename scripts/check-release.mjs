// node scripts/check-release.mjs [folder]: whether the folder, `npm` as a rule, holds a package with a
// built addon for every target. Nothing is published where one is missing.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? join(root, "npm");
const { name, version, napi } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);

const SYSTEMS = { apple: "darwin", pc: "win32", unknown: "linux" };
const PROCESSORS = { aarch64: "arm64", x86_64: "x64" };

/** `linux-x64-gnu` for `x86_64-unknown-linux-gnu`. */
function platformOf(target) {
  const [processor, vendor, , abi] = target.split("-");
  return [SYSTEMS[vendor], PROCESSORS[processor], abi]
    .filter(Boolean)
    .join("-");
}

/** What is wrong with the package of a platform. */
function problems(platform) {
  const of = join(folder, platform);
  const addon = join(of, `${napi.binaryName}.${platform}.node`);
  if (!existsSync(addon)) return [`${addon} is missing`];
  if (statSync(addon).size < 1e6) return [`${addon} is too small to be whole`];
  const found = JSON.parse(readFileSync(join(of, "package.json"), "utf8"));
  const expected = { name: `${name}-${platform}`, version };
  return Object.entries(expected)
    .filter(([key, value]) => found[key] !== value)
    .map(([key, value]) => `${of}: ${key} is ${found[key]}, not ${value}`);
}

const all = napi.targets.map(platformOf).flatMap(problems);
for (const problem of all) console.error(problem);
if (all.length > 0) process.exitCode = 1;
else console.log(`${napi.targets.length} platforms are complete.`);
