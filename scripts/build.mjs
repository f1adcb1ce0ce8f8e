// npm run build: installs what is missing and builds the addon, index.js and index.d.ts. npm run build:debug does it in
// seconds, for tests: without optimizing the project's own code, and with its symbols.
import { build } from "./setup.mjs";

build(process.argv.includes("--debug") ? "debug" : "release");
