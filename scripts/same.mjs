// npm run same -- OLD.node [--sample N] [--only-given] [path…]: whether the build in the project and another one give the same, byte
// for byte: documents, reports, lists and errors, of every kind of source, format, level and budget (same/
// comparisons.mjs). For every change that shall not change what the addon does. A path is a session as JSON, a store,
// or a folder of them, which is compared too. Ends with 1 where something differs.
import { fork } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fail, root } from "./setup.mjs";
import { differenceOf } from "./same/difference.mjs";
import { writeSessions } from "./same/sessions.mjs";

const SHOWN = 5;
const { values, positionals } = parseArgs({
  options: {
    sample: { type: "string", default: "1" },
    "only-given": { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const [old, ...paths] = positionals;
if (!old || !/^[1-9]\d*$/.test(values.sample))
  fail(
    "Use it as: npm run same -- OLD.node [--sample N] [--only-given] [path…]",
  );
for (const path of positionals)
  if (!existsSync(path)) fail(`${path} is not there.`);

/** A build in a process of its own; `next` gives the next message from it. */
function start(name, env, args) {
  const child = fork(join(root, "scripts/same/build.mjs"), args, { env });
  const waiting = [];
  const received = [];
  const settle = () => {
    while (waiting.length > 0 && received.length > 0)
      waiting.shift()(received.shift());
  };
  const push = (message) => {
    received.push(message);
    settle();
  };
  child.on("message", push);
  child.on("exit", (code, signal) =>
    push({ hasEnded: `The ${name} build ended with ${signal ?? code}` }),
  );
  return {
    send: (message) => child.send(message),
    end: () => child.kill("SIGKILL"),
    next: () =>
      new Promise((give) => {
        waiting.push(give);
        settle();
      }),
  };
}

/** Takes both builds through all comparisons. */
async function compare(builds) {
  const differences = [];
  let count = 0;
  let last = "the first comparison";
  for (;;) {
    const [a, b] = await Promise.all(builds.map((build) => build.next()));
    for (const { hasEnded } of [a, b])
      if (hasEnded) fail(`${hasEnded}, soon after: ${last}`);
    if (a.isDone && b.isDone) return { count, differences };
    const names = [a, b].map(({ hashes }) =>
      hashes?.map(([name]) => name).join("\n"),
    );
    if (names[0] !== names[1])
      fail("The two builds were not given the same comparisons.");
    const indexes = a.hashes.flatMap(([, hash], index) =>
      hash === b.hashes[index][1] ? [] : [index],
    );
    for (const build of builds) build.send(indexes);
    const [was, is] = await Promise.all(builds.map((build) => build.next()));
    for (const [at, index] of indexes.entries()) {
      const name = a.hashes[index][0];
      if (differences.length < SHOWN)
        console.log(
          `\n# ${name}\n${differenceOf(was.texts[at], is.texts[at])}`,
        );
      differences.push(name);
    }
    count += a.hashes.length;
    last = a.hashes.at(-1)?.[0] ?? last;
  }
}

const folder = mkdtempSync(join(tmpdir(), "session-export-same-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
// The stores of this computer are not compared: they are somebody's, and change.
const home = join(folder, "home");
const { XDG_DATA_HOME, XDG_CONFIG_HOME, OPENCODE_DB, ...inherited } =
  process.env;
const env = {
  ...inherited,
  HOME: home,
  USERPROFILE: home,
  APPDATA: join(home, "AppData/Roaming"),
};
const { listSessions } = createRequire(import.meta.url)(root);
const ids = async (store) =>
  (await listSessions(store)).map(({ sessionID }) => sessionID);
const sources = join(folder, "sources");
mkdirSync(sources);
const fixtures = join(folder, "fixtures.json");
writeFileSync(
  fixtures,
  JSON.stringify(
    await writeSessions(sources, home, paths, ids, values["only-given"]),
  ),
);
const build = (name, more) =>
  start(name, { ...env, ...more }, [
    fixtures,
    join(folder, name),
    values.sample,
  ]);
const builds = [
  build("old", { NAPI_RS_NATIVE_LIBRARY_PATH: resolve(old) }),
  build("new", {}),
];
const begun = performance.now();
const { count, differences } = await compare(builds);
const seconds = ((performance.now() - begun) / 1000).toFixed(0);
console.log(
  `\n${count} comparisons in ${seconds} s, ${differences.length} differ.`,
);
process.exit(differences.length > 0 ? 1 : 0);
