// node benchmark/store.mjs: exports from large databases: time, memory, the longest stall of the
// event loop, and how long an abort takes. The databases are made in the temporary folder.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bun = join(root, "node_modules/.bin/bun");
const folder = join(tmpdir(), "session-export-benchmark");
const megabytes = (bytes) => Math.round(bytes / 1e6);

/** Waits while a timer notes its longest gap, in milliseconds. */
async function stallDuring(work) {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  await work;
  clearInterval(timer);
  return longest.toFixed(1);
}

const pause = (milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function measureExport(store, options) {
  const { writeExport } = createRequire(import.meta.url)(root);
  const path = join(folder, "document.md");
  const idle = await stallDuring(pause(1000));
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const writing = writeExport(path, { sessionID: "ses_large", store }, options);
  const stall = await stallDuring(writing);
  const { bytes } = await writing;
  return {
    ms: Math.round(performance.now() - start),
    "document MB": megabytes(bytes),
    "MB before": megabytes(before),
    "MB at most": megabytes(process.resourceUsage().maxRSS * 1024),
    "stall ms": stall,
    "idle stall ms": idle,
  };
}

async function measureAbort(store) {
  const { writeExport } = createRequire(import.meta.url)(root);
  const path = join(folder, "aborted.md");
  let longest = 0;
  for (let after = 100; after < 3000; after += 290) {
    const controller = new AbortController();
    const writing = writeExport(
      path,
      { sessionID: "ses_large", store },
      { tools: "full", overwrite: true, signal: controller.signal },
    ).catch(({ code }) => code);
    await pause(after);
    const start = performance.now();
    controller.abort();
    if ((await writing) !== "ERR_ABORTED") break;
    longest = Math.max(longest, performance.now() - start);
  }
  return { "longest abort ms": longest.toFixed(1) };
}

async function measureList(store) {
  const { listSessions } = createRequire(import.meta.url)(root);
  const start = performance.now();
  const listing = listSessions(store);
  const stall = await stallDuring(listing);
  const { length } = await listing;
  return {
    sessions: length,
    ms: Math.round(performance.now() - start),
    "stall ms": stall,
  };
}

const measures = { measureExport, measureAbort, measureList };
const [, , name, ...values] = process.argv;
if (name) {
  const parsed = values.map((value) => JSON.parse(value));
  console.log(JSON.stringify(await measures[name](...parsed)));
} else {
  mkdirSync(folder, { recursive: true });
  const make = (file, ...parameters) => {
    const path = join(folder, file);
    const script = join(root, "benchmark/make-store.mjs");
    if (!existsSync(path)) execFileSync(bun, [script, path, ...parameters]);
    return path;
  };
  // Each in a process of its own, so that one's memory is not another's.
  const inProcess = (measure, ...parameters) => {
    rmSync(join(folder, "document.md"), { force: true });
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        fileURLToPath(import.meta.url),
        measure,
        ...parameters.map((value) => JSON.stringify(value)),
      ],
      { encoding: "utf8" },
    );
    if (stderr) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  const one = make("one-session.db", "200");
  const secrets = make("with-secrets.db", "200", "0", "secrets");
  const many = make("many-sessions.db", "200", "60");
  const list = make("list.db", "list", "100000");
  const full = { tools: "full" };
  const floor = JSON.parse(
    execFileSync(bun, [
      join(root, "benchmark/floor.mjs"),
      one,
      join(folder, "floor"),
    ]),
  );
  console.table({
    "one session, one line a tool call": inProcess("measureExport", one, {}),
    "one session, tools: full": inProcess("measureExport", one, full),
    "the same with passwords in it": inProcess("measureExport", secrets, full),
    "the same beside 3 GB of others": inProcess("measureExport", many, full),
    "floor: rows read and written": floor,
  });
  console.table({
    abort: inProcess("measureAbort", one),
    list: inProcess("measureList", list),
  });
}
