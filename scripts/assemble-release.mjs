// node scripts/assemble-release.mjs ARTIFACTS: makes the packages of all platforms in `npm/` from the addons in ARTIFACTS,
// with their licences, and lets the main package ask for them. It changes package.json: for a checkout that is thrown
// away afterwards.
import { resolve } from "node:path";
import { addLicences } from "./release/packages.mjs";
import { fail, root, runTool } from "./setup.mjs";

const [artifacts] = process.argv.slice(2);
if (!artifacts) fail("Name the folder that the built addons are in.");

const napi = (...args) =>
  runTool("@napi-rs/cli/dist/cli.js", args, {
    stdio: ["ignore", "ignore", "inherit"],
  });

napi("create-npm-dirs");
napi("artifacts", "--output-dir", resolve(artifacts));
addLicences(root);
// Only writes optionalDependencies: scripts/publish.mjs publishes.
napi("prepublish", "--skip-optional-publish", "--no-gh-release");
