// One part that is larger than the memory: an error with a code, where an allocation that fails ends the process.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { root, temporaryFolder } from "./support.mjs";
import { database, folder, message, sessionRows, tables } from "./stores.mjs";

/** In MB. */
const PART = 16;

const hasLimits =
  process.platform === "linux" &&
  spawnSync("prlimit", ["--version"]).status === 0;
const skip = !hasLimits && "only Linux limits the memory of a process";

const info = { id: "ses_large", title: "Large", time: { created: 1 } };
const text = "The quick brown fox jumps over the lazy dog.\n".repeat(
  (PART * 1024 * 1024) / 45,
);

/** What a process says that exports one large part with so many MB left, and what it leaves behind. */
function withLittleMemory(t, name, left, store) {
  const output = join(temporaryFolder(t), "output");
  mkdirSync(output);
  const job = { root, name, left, store, part: PART, folder: output };
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "__test__/memory-process.cjs"), JSON.stringify(job)],
    // Else the allocator of Linux takes 64 MB for each thread, whatever a part needs.
    { encoding: "utf8", env: { ...process.env, MALLOC_ARENA_MAX: "1" } },
  );
  assert.deepEqual([status, signal], [0, null], stderr);
  const files = readdirSync(output).filter(
    (file) => !file.startsWith("warm-up"),
  );
  return { stdout, files };
}

function assertRefused({ stdout, files }) {
  assert.match(
    stdout,
    /^ERR_OUT_OF_MEMORY There is too little memory for one part (of \d+ bytes|of the session): /,
  );
  assert.deepEqual(files, []);
}

for (const kind of ["Markdown", "a page", "JSON"]) {
  test(
    `a message of a store as ${kind} for which there is too little memory`,
    { skip },
    (t) => {
      const messages = [message(1, "short"), message(2, text)];
      const store = database(t, [
        ...tables,
        ...sessionRows({ info, messages }),
      ]);
      for (const left of [10, 60, 110])
        assertRefused(withLittleMemory(t, `a store as ${kind}`, left, store));
    },
  );
}

test(
  "a file of a folder for which there is too little memory",
  { skip },
  (t) => {
    const data = { id: "prt_1", type: "text", text };
    const store = folder(t, {
      "storage/session/global/ses_large.json": { ...info, projectID: "global" },
      "storage/message/ses_large/msg_1.json": {
        id: "msg_1",
        role: "user",
        time: { created: 1 },
      },
      "storage/part/msg_1/prt_1.json": data,
    });
    for (const left of [10, 60, 110])
      assertRefused(withLittleMemory(t, "a store as Markdown", left, store));
  },
);

for (const [name, lefts] of Object.entries({
  "a Buffer": [10, 60, 110],
  "a JSON text": [60, 110],
  "an object": [60, 110],
  "a Buffer as a string": [10, 60, 110],
  "an attachment": [60, 110],
  "an attached text": [60, 110],
  "a log": [60, 110],
})) {
  test(`${name} for which there is too little memory`, { skip }, (t) => {
    for (const left of lefts) assertRefused(withLittleMemory(t, name, left));
  });
}
