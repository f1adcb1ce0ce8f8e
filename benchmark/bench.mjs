// npm run bench [-- megabytes …]: the addon against what an application writes today, in one run and each
// in processes of its own, one for its time and one for its memory: a formatter in JavaScript
// (peer/formatter.mjs), plain and with a redactor of the same rules (peer/redactor.mjs), in Node and in Bun, and
// streamed message by message. PEER_REDACTOR names another module to redact with (peer/load-redactor.mjs),
// SECRETS_EVERY how many lines there are for each that holds a secret, and OUTPUT_BYTES how long the outputs of
// tools are.
import { execFileSync, spawnSync } from "node:child_process";
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { once } from "node:events";
import { openDatabase, readStore } from "./peer/store.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const self = fileURLToPath(import.meta.url);
const bun = join(root, "node_modules/.bin/bun");
const folder = join(tmpdir(), "session-export-bench");
const ROUNDS = 3;
const { PEER_REDACTOR, SECRETS_EVERY, OUTPUT_BYTES } = process.env;

const target = join(folder, `document-${process.pid}.md`);
const options = { tools: "full" };
const addon = () => createRequire(import.meta.url)(root);
/** The peer, with its redactor or without. Loaded only where it is measured, as it takes memory. */
const peer = async (isRedacted = true) => {
  const { format } = await import("./peer/formatter.mjs");
  const { loadRedactor } = await import("./peer/load-redactor.mjs");
  const redact = isRedacted ? await loadRedactor(PEER_REDACTOR) : undefined;
  return (session) => format(session, redact);
};
const joined = (pieces) => [...pieces].join("");
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
const peerFromObject = {
  prepare: async ({ json }) => [readJson(json), await peer()],
  run: ([session, format]) => joined(format(session)),
};
const peerFromStore = {
  prepare: async ({ store }) => [store, await peer()],
  run: async ([store, format]) =>
    writeFileSync(target, joined(format(await readStore(store)))),
};

/** What is measured: `prepare` is not timed, `run` is. */
const paths = {
  "nothing, for a second": {
    prepare: () => addon(),
    run: () => new Promise((resolve) => setTimeout(resolve, 1000)),
  },
  "writeExport from a store": {
    prepare: ({ store }) => [addon(), { sessionID: "ses_large", store }],
    run: ([own, session]) => own.writeExport(target, session, options),
  },
  "peer from a store, redacted": { needsDriver: true, ...peerFromStore },
  "peer from a store, redacted, in Bun": { isBun: true, ...peerFromStore },
  "floor: rows read and written": {
    isBun: true,
    prepare: ({ store }) => store,
    run: async (store) => {
      const rows = await openDatabase(store);
      const out = createWriteStream(target);
      let bytes = 0;
      for (const { data } of rows(
        "SELECT data FROM part WHERE session_id = 'ses_large' ORDER BY message_id, id",
      )) {
        bytes += data.length;
        if (!out.write(data) && bytes > 1e6) {
          bytes = 0;
          await once(out, "drain");
        }
      }
      out.end();
      await once(out, "close");
    },
  },
  "writeExport from a Buffer": {
    prepare: ({ json }) => [addon(), readFileSync(json)],
    run: ([own, session]) => own.writeExport(target, session, options),
  },
  "exportSession from a Buffer": {
    prepare: ({ json }) => [addon(), readFileSync(json)],
    run: ([own, session]) => own.exportSession(session, options),
  },
  "peer from a Buffer, redacted": {
    prepare: async ({ json }) => [readFileSync(json), await peer()],
    run: ([session, format]) => joined(format(JSON.parse(session.toString()))),
  },
  "exportSession from an object": {
    prepare: ({ json }) => [addon(), readJson(json)],
    run: ([own, session]) => own.exportSession(session, options),
  },
  "writeExport from an object": {
    prepare: ({ json }) => [addon(), readJson(json)],
    run: ([own, session]) => own.writeExport(target, session, options),
  },
  "peer from an object, plain": {
    prepare: async ({ json }) => [readJson(json), await peer(false)],
    run: ([session, format]) => joined(format(session)),
  },
  "peer from an object, redacted": peerFromObject,
  "the same in Bun": { isBun: true, ...peerFromObject },
  "the same, streamed to a file": {
    ...peerFromObject,
    run: async ([session, format]) => {
      const out = createWriteStream(target);
      for (const piece of format(session))
        if (!out.write(piece)) await once(out, "drain");
      out.end();
      await once(out, "close");
    },
  },
};

/** How long one path takes, and how long it holds the event loop, in milliseconds. */
async function timeOf(name, data) {
  const { prepare, run } = paths[name];
  const input = await prepare(data);
  const times = [];
  let stall = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    // To remove a large file would hold the event loop too.
    rmSync(target, { force: true });
    let last = performance.now();
    const look = () => {
      const now = performance.now();
      stall = Math.max(stall, now - last);
      last = now;
    };
    const timer = setInterval(look, 1);
    const start = performance.now();
    await run(input);
    times.push(performance.now() - start);
    look();
    clearInterval(timer);
  }
  rmSync(target, { force: true });
  return { ms: times.sort((a, b) => a - b)[ROUNDS >> 1], stall };
}

/** How much memory this process has before and at most, in bytes. Without a timer, which takes 8 MB in a second. */
async function memoryOf(name, data) {
  const { prepare, run } = paths[name];
  const input = await prepare(data);
  const before = process.memoryUsage.rss();
  await run(input);
  rmSync(target, { force: true });
  return { before, peak: process.resourceUsage().maxRSS * 1024 };
}

async function dataOf(megabytes) {
  mkdirSync(folder, { recursive: true });
  const kind = [
    SECRETS_EVERY && `-secrets-${SECRETS_EVERY}`,
    OUTPUT_BYTES && `-outputs-${OUTPUT_BYTES}`,
  ];
  const [json, store] = ["json", "db"].map((extension) =>
    join(folder, `calls-${megabytes}${kind.join("")}.${extension}`),
  );
  if (!existsSync(json)) {
    // It loads the addon, which those that are measured do themselves.
    const { makeSession } = await import("./make-session.mjs");
    const number = (text) => (text ? Number(text) : undefined);
    const { info, messages } = makeSession(megabytes, {
      secretsEvery: number(SECRETS_EVERY),
      outputBytes: number(OUTPUT_BYTES),
    });
    // Written in pieces: a string ends at half a gigabyte.
    const pieces = messages.map((message) => JSON.stringify(message));
    writeFileSync(
      json,
      `{"info":${JSON.stringify(info)},"messages":[${pieces.join(",\n")}]}`,
    );
  }
  if (!existsSync(store))
    execFileSync(bun, [
      join(root, "benchmark/make-bench-store.mjs"),
      json,
      store,
    ]);
  return { json, store };
}

/** The first export of an application that has just started, in milliseconds: to load, and to export. */
function coldStart({ json }) {
  const file = JSON.stringify(json);
  const scripts = {
    addon: `const { exportSession } = require(${JSON.stringify(root)});
      const loaded = performance.now();
      exportSession(json, { tools: "full" });`,
    peer: `const { format } = await import(${JSON.stringify(join(root, "benchmark/peer/formatter.mjs"))});
      const { loadRedactor } = await import(${JSON.stringify(join(root, "benchmark/peer/load-redactor.mjs"))});
      const redact = await loadRedactor(process.env.PEER_REDACTOR);
      const loaded = performance.now();
      [...format(JSON.parse(json.toString()), redact)].join("");`,
  };
  const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
  const measured = Object.entries(scripts).map(([name, script]) => {
    const code = `const { createRequire } = await import("node:module");
      const require = createRequire(${JSON.stringify(self)});
      const json = require("node:fs").readFileSync(${file});
      const start = performance.now();
      ${script}
      console.log(JSON.stringify([loaded - start, performance.now() - loaded]));`;
    const runs = Array.from({ length: 7 }, () => {
      const started = spawnSync(
        process.execPath,
        ["--input-type=module", "-e", code],
        { encoding: "utf8" },
      );
      if (started.status !== 0) throw new Error(started.stderr);
      return JSON.parse(started.stdout);
    });
    const [load, first] = [0, 1].map((i) => median(runs.map((run) => run[i])));
    return [name, { "load ms": load.toFixed(1), "first ms": first.toFixed(1) }];
  });
  console.log("\nThe first export after a start, from a Buffer");
  console.table(Object.fromEntries(measured));
}

const [, , ...values] = process.argv;
const measures = { time: timeOf, memory: memoryOf };
if (measures[values[0]]) {
  const result = await measures[values[0]](values[1], JSON.parse(values[2]));
  console.log(JSON.stringify(result));
} else {
  const sizes = values.length > 0 ? values.map(Number) : [1, 20, 200];
  for (const megabytes of sizes) {
    const data = await dataOf(megabytes);
    const hasDriver = (await openDatabase(data.store)) !== undefined;
    const measured = Object.entries(paths).filter(
      ([, { needsDriver }]) => hasDriver || !needsDriver,
    );
    const inProcess = (measure, name, { isBun }) => {
      const { stdout, stderr, status } = spawnSync(
        isBun ? bun : process.execPath,
        [self, measure, name, JSON.stringify(data)],
        { encoding: "utf8" },
      );
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      return JSON.parse(stdout);
    };
    const results = measured.map(([name, path]) => [
      name,
      {
        ...inProcess("time", name, path),
        ...inProcess("memory", name, path),
      },
    ]);
    const size = Math.round(statSync(data.json).size / 1e6);
    console.log(`\nA session of ${size} MB of JSON`);
    const rows = results.map(([name, { ms, stall, before, peak }]) => [
      name,
      {
        ms: ms.toFixed(ms < 100 ? 1 : 0),
        "stall ms": stall.toFixed(1),
        "MB before": Math.round(before / 1e6),
        "MB at most": Math.round(peak / 1e6),
      },
    ]);
    console.table(Object.fromEntries(rows));
    const ms = Object.fromEntries(results.map(([name, { ms }]) => [name, ms]));
    const ratios = [
      ["writeExport from a store", "peer from a store, redacted"],
      ["writeExport from a store", "peer from a store, redacted, in Bun"],
      ["writeExport from a store", "floor: rows read and written"],
      ["writeExport from a Buffer", "peer from a Buffer, redacted"],
      ["exportSession from a Buffer", "peer from a Buffer, redacted"],
      ["exportSession from an object", "peer from an object, redacted"],
      ["exportSession from an object", "peer from an object, plain"],
      ["writeExport from an object", "the same in Bun"],
    ];
    for (const [own, other] of ratios.filter(([, other]) => ms[other]))
      console.log(`${other} / ${own}: ${(ms[other] / ms[own]).toFixed(2)}`);
    if (megabytes === 1) coldStart(data);
  }
}
