// What every runtime has to do with the addon, in one process: load it, export, write, stop, use it in a worker thread, and
// guard. Prints what came out as JSON. Its argument is a folder to write into. Written for the oldest of them.
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Worker, isMainThread, parentPort } = require("node:worker_threads");
const addon = require("..");

const session = readFileSync(
  join(__dirname, "../tests/golden/typical/session.json"),
);
const options = { timeZone: "utc", exportedAt: 1795400000000 };
const codeOf = (promise) =>
  promise.then(
    () => "none",
    ({ code }) => code,
  );
const hashOf = (data) => createHash("sha256").update(data).digest("hex");

/** Letters of one byte and of two, longer than what V8 is given as a copy. */
const long = ["plain text, ", "Grüße, 汉字, "].map((text) => ({
  info: {},
  messages: [
    {
      info: { role: "user" },
      parts: [{ type: "text", text: text.repeat(100000) }],
    },
  ],
}));

function inWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename);
    let hash;
    worker.on("message", (value) => (hash = value));
    worker.on("error", reject);
    worker.on("exit", () => resolve(hash));
  });
}

async function stopped(folder) {
  const stop = new AbortController();
  const { signal } = stop;
  const path = join(folder, "stopped.md");
  const writing = addon.writeExport(path, long[1], { signal });
  stop.abort();
  return codeOf(writing);
}

async function probe(folder) {
  const path = join(folder, "written.html");
  const report = await addon.writeExport(path, session, options);
  const prepared = await addon.prepareExport(session, options);
  const seen = [];
  await addon.writeExport(join(folder, "progress.md"), long[0], {
    onProgress: ({ phase }) => seen.push(phase),
  });
  const result = {
    exported: hashOf(addon.exportSession(session, options)),
    long: long.map((each) => hashOf(addon.exportSession(each, options))),
    written: hashOf(readFileSync(path)) === report.sha256,
    verified: (await addon.verifyExport(path)).intact,
    prepared: hashOf(prepared.text),
    progress: seen.length > 0,
    stopped: await stopped(folder),
    invalid: await codeOf(
      addon.writeExport(join(folder, "invalid.md"), "no session"),
    ),
    refused: await codeOf(
      (async () =>
        addon.guardFetch(fetch)("https://opncd.ai/api/share", {
          method: "POST",
        }))(),
    ),
    worker: await inWorker(),
  };
  prepared.dispose();
  return result;
}

if (isMainThread)
  probe(process.argv[2]).then((result) => console.log(JSON.stringify(result)));
else parentPort.postMessage(hashOf(addon.exportSession(session, options)));
