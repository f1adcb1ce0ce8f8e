// npm run build: installs what is missing and builds the addon, index.js and index.d.ts. npm run build:debug does it in
// seconds, for tests: without optimizing the project's own code, and with its symbols. A release builds for each system:
// node scripts/build.mjs --target TRIPLE [--use-napi-cross | --cross-compile].
import { parseArgs } from "node:util";
import { build, buildFor } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    debug: { type: "boolean", default: false },
    target: { type: "string" },
    "use-napi-cross": { type: "boolean", default: false },
    "cross-compile": { type: "boolean", default: false },
  },
});
const { debug, target, ...ways } = values;
if (target)
  buildFor(
    target,
    Object.keys(ways)
      .filter((way) => ways[way])
      .map((way) => `--${way}`),
  );
else build(debug ? "debug" : "release");
