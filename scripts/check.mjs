// npm run check: what tells within a minute whether a change of the core holds: formatting, clippy, and the tests of
// the core without Node. npm run lint: formatting, and clippy with and without what knows Node.
import { installPackages, requireComponents } from "./setup.mjs";
import { cargoTest, clippy, formatting, lastStep } from "./steps.mjs";

const core = "--no-default-features";
requireComponents();
installPackages();
formatting();
clippy();
if (process.argv.includes("--lint")) clippy(core);
// Without the targets that only measure: they are many seconds of compiling, and clippy has seen them.
else cargoTest(core, "--lib", "--tests");
lastStep();
