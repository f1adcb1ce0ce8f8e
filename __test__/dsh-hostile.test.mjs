// Logs of DSH that somebody made to exhaust memory or time: what a hostile file costs is bounded, or grows as the file.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { addon, root } from "./support.mjs";
import {
  answer,
  began,
  call,
  dshHome,
  frame,
  lines,
  result,
  swollenFrame,
  text,
  turn,
  user,
  writeLog,
} from "./dsh-store.mjs";

const MEGABYTE = 1024 * 1024;

/** Runs code with the addon in a process of its own: what it gives, and the memory that it took, in bytes. */
function inProcess(code) {
  const whole = `
    const addon = require(${JSON.stringify(root)});
    const before = process.resourceUsage().maxRSS;
    Promise.resolve((async () => { ${code} })()).then((value) => {
      const bytes = (process.resourceUsage().maxRSS - before) * 1024;
      console.log(JSON.stringify({ value, bytes }));
    });
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--eval", whole], {
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

const list = (store) =>
  inProcess(`return addon.listSessions(${JSON.stringify(store)})`);

test("a log whose few bytes are gigabytes of text filled the memory of a list", () => {
  const store = dshHome();
  const talk = (id) => [
    ...lines({ id, version: 4 }, [
      ...turn(1, [user("Hello"), answer(1, 1, [text("Yes")])]),
      ["session/title", { title: `Title of ${id}` }],
    ]).map(frame),
  ];
  const header = lines({ id: "header", version: 4 }, [])[0].slice(0, -2);
  // 512 MB each, in 16 kB of the file.
  const logs = {
    "no line ends": [...talk("no line ends"), swollenFrame("", "0", 4096)],
    "no header ends": [swollenFrame(`${header},"more":"`, "x", 4096)],
    "the end of a large log": [
      ...talk("the end of a large log"),
      ...Array.from({ length: 99 }, () => talk("x").slice(1, 4)).flat(),
      swollenFrame("", "0", 4096),
    ],
    "lines without end": [
      ...talk("lines without end"),
      swollenFrame("{}", "\n", 4096),
    ],
    "a long title": [
      ...talk("a long title"),
      swollenFrame('{"type":"session/title","data":{"title":"', "x", 7),
      frame('"}}\n'),
    ],
  };
  for (const [id, pieces] of Object.entries(logs))
    writeLog(store, { id }, [], { bytes: Buffer.concat(pieces) });
  const { value, bytes } = list(store);
  assert.ok(bytes < 64 * MEGABYTE, `${Math.round(bytes / MEGABYTE)} MB`);
  const titles = value.map(({ sessionID, title }) => [
    sessionID,
    title?.length,
  ]);
  assert.deepEqual(Object.fromEntries(titles), {
    "no line ends": "Title of no line ends".length,
    "no header ends": undefined,
    "the end of a large log": "Title of the end of a large log".length,
    "lines without end": "Title of lines without end".length,
    // Nobody wrote one of a megabyte: the prompt stands in.
    "a long title": "Hello".length,
  });
});

const sha256 = (content) => createHash("sha256").update(content).digest("hex");

/** Exports a session as JSON, and counts in it. */
const counted = (store, count) =>
  inProcess(`
    const stored = { sessionID: "one", store: ${JSON.stringify(store)} };
    const written = await addon.writeExport(${JSON.stringify(join(dirname(store), "a.json"))}, stored, { format: "json", tools: "full" });
    const { messages } = JSON.parse(require("node:fs").readFileSync(written.path, "utf8"));
    const parts = messages.flatMap(({ parts }) => parts);
    return (${count})(parts, written);
  `).value;

test("a message that names the same large file many times brought its content each time", () => {
  const store = dshHome();
  const content = Buffer.alloc(3 * MEGABYTE, "An image. ");
  const hash = sha256(content);
  const image = {
    type: "image",
    attachment: { attachmentId: `sha256:${hash}`, mediaType: "image/png" },
  };
  const output = Buffer.alloc(5 * MEGABYTE, "An output. ");
  const spills = join(
    dirname(dirname(store)),
    `dsh-spill-x/session-${sha256("one").slice(0, 12)}`,
  );
  const path = join(spills, "0123456789ab-bash.txt");
  const objects = join(store, "attachments/v1/objects", hash.slice(0, 2));
  for (const folder of [spills, objects])
    mkdirSync(folder, { recursive: true });
  writeFileSync(path, output);
  writeFileSync(join(objects, hash), content);
  const cut = `(Omitted 41 bytes. Full formatted result stored at: ${path}. Use read with offset/limit.)`;
  const ids = Array.from({ length: 40 }, (_, at) => `c${at}`);
  const message = { ...user("Look")[1], content: [] };
  message.content = ids.map(() => image);
  writeLog(
    store,
    { id: "one" },
    turn(1, [
      ["user/message", message],
      answer(
        1,
        1,
        ids.map((id) => call(id, "bash", {})),
      ),
      ...ids.map((id) => result(1, 1, id, cut)),
    ]),
  );
  const { outputs, notes } = counted(
    store,
    `(parts, { warnings }) => ({
      outputs: parts.filter(({ state }) => state?.output.length > 1e6).length,
      notes: warnings.map(({ message }) => message),
    })`,
  );
  // 64 MB of each message.
  assert.equal(outputs, 12);
  assert.match(notes.join("\n"), /read up to 64 MB together/);
});

const times = (count, make) =>
  Array.from({ length: count }, (_, at) => make(at));
const waiting = (at) => user("Wait", `waits-${at}`)[1];
const stepLine = (at) => answer(1, at, [text("Yes")]);
const oneCall = (at, step = 1) => began(1, step, call(`c${at}`, "bash", {}));
const oneResult = (at) => result(1, 1, `c${at}`, "Done");
const asked = (at) => ["approval/asked", { id: `p${at}`, callId: `c${at}` }];
const decided = (at) => [
  "approval/decided",
  { id: `p${at}`, outcome: "rejected" },
];
const chunks = (at) => ({ type: "text-chunks", index: at, texts: ["a"] });
const inherited = ["session/end-seed", { inherited: true }];

/** Lines of which each kind is the worst for something; all of them in one frame. */
const stages = {
  "prompts of one line that never ran": {
    size: 1_000,
    events: (n) => [
      ["agent/inbox/spliced", { target: "x", inserted: times(n, waiting) }],
    ],
  },
  "steps whose lines lie far from each other": {
    size: 3_000,
    events: (n) => [...times(n, stepLine), ...times(n, (at) => oneCall(0, at))],
  },
  "calls and results of one step": {
    size: 3_000,
    events: (n) => [...times(n, oneCall), ...times(n, oneResult)],
  },
  "permissions of one step": {
    size: 2_000,
    events: (n) => [
      ...times(n, (at) => oneCall(at)),
      ...times(n, asked),
      ...times(n, decided),
    ],
  },
  "stream pieces, each of another block": {
    size: 6_000,
    events: (n) => [
      ["assistant/attempt", { turn: 1, step: 1, stream: times(n, chunks) }],
    ],
  },
  "ends of what was copied": {
    size: 8_000,
    events: (n) =>
      times(n, () => [["feedback/record", { text: "x" }], inherited]).flat(),
  },
  "frames inside of damaged frames": {
    size: 30,
    bytes: (n) => {
      // Each block ends with the beginning of a frame, which goes on with the next block.
      const begins = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 11 << 3]);
      const record = '{"type":"feedback/record","data":{"text":"x"}}\n';
      const block = Buffer.concat([Buffer.alloc(20_000 - 6, record), begins]);
      const head = Buffer.alloc(3);
      head.writeUIntLE(block.length << 3, 0, 3);
      const header = frame(lines({ id: "one", version: 4 }, [])[0]);
      return [header, begins, ...times(n, () => [head, block]).flat()];
    },
  },
};

for (const [name, { size, events, bytes }] of Object.entries(stages))
  test(`${name}: four times as much takes four times as long`, () => {
    const timeOf = (n) => {
      const store = dshHome();
      const all = bytes?.(n) ?? [
        frame(lines({ id: "one", version: 4 }, turn(1, events(n))).join("")),
      ];
      writeLog(store, { id: "one" }, [], { bytes: Buffer.concat(all) });
      const once = () => {
        const start = process.cpuUsage();
        addon.exportSession({ sessionID: "one", store }, { format: "json" });
        return process.cpuUsage(start).user / 1000;
      };
      return [once(), once(), once()].sort((a, b) => a - b)[1];
    };
    const [small, large] = [timeOf(size), timeOf(size * 4)];
    // Four times as long is linear, sixteen times is quadratic.
    assert.ok(
      large / small < 9,
      `${small.toFixed(0)} ms became ${large.toFixed(0)} ms`,
    );
  });
