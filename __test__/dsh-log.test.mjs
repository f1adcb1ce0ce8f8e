// The logs of DSH: what is read of them, whole or damaged, and that nothing is changed.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { home, id, json, shown } from "./dsh-session.mjs";
import {
  answer,
  began,
  call,
  dshHome,
  frame,
  lines,
  result,
  text,
  turn,
  user,
  writeLog,
} from "./dsh-store.mjs";
import { addon } from "./support.mjs";

const { listSessions } = addon;

test("a frame behind the first one was not read", async () => {
  const store = home([
    ...turn(1, [user("Which status?"), answer(1, 1, [text("Use **422**.")])]),
    ["session/title", { title: "Status codes" }],
  ]);
  const document = shown(store);
  for (const words of ["Which status?", "Use **422**.", "Status codes"])
    assert.ok(document.includes(words), words);
  const [listed] = await listSessions(store);
  assert.equal(listed.title, "Status codes");
  assert.equal(listed.directory, "/home/ada/work");
  assert.equal(listed.messageCount, 2);
  assert.equal(listed.messageCount, json(store).messages.length);
});

test("an older log beside a newer one doubled the session", async () => {
  const store = home(turn(1, [user("Hello"), answer(1, 1, [text("New")])]));
  writeLog(
    store,
    { id, version: 0 },
    turn(1, [user("Hello"), answer(1, 1, [text("Old")])]),
  );
  assert.equal((await listSessions(store)).length, 1);
  assert.ok(shown(store).includes("New") && !shown(store).includes("Old"));
});

test("an image was read from anywhere but the attachment store", () => {
  const content = Buffer.from("\x89PNG\r\n\x1a\n and more", "latin1");
  const hash = createHash("sha256").update(content).digest("hex");
  const image = (attachmentId) => ({
    type: "image",
    attachment: {
      attachmentId,
      mediaType: "image/png",
      bytes: content.length,
      name: "dot.png",
    },
  });
  const other = createHash("sha256").update("other").digest("hex");
  const message = {
    ...user("Look", "u")[1],
    content: [
      text("Look"),
      image(`sha256:${hash}`),
      image(`sha256:${other}`),
      image("sha256:../../../x"),
    ],
  };
  const store = home(
    turn(1, [["user/message", message, {}], answer(1, 1, [text("Seen")])]),
  );
  const objects = join(store, "attachments/v1/objects");
  for (const name of [hash, other])
    mkdirSync(join(objects, name.slice(0, 2)), { recursive: true });
  writeFileSync(join(objects, hash.slice(0, 2), hash), content);
  const secret = join(store, ".credentials.yaml");
  writeFileSync(secret, "key: do-not-read-me");
  if (process.platform !== "win32")
    symlinkSync(secret, join(objects, other.slice(0, 2), other));
  const { messages } = json(store);
  const files = messages[0].parts.filter(({ type }) => type === "file");
  assert.equal(files[0].sha256, `sha256:${hash}`.slice(7));
  assert.equal(files.length, 3);
  assert.ok(
    !JSON.stringify(messages).includes(
      Buffer.from("do-not-read-me").toString("base64").slice(2, 16),
    ),
  );
});

test("nothing of the system prompt, the tools, the streams and what is noted for programs got out", () => {
  const hidden = [
    "hidden-system",
    "hidden-schema",
    "hidden-meta",
    "hidden-stream",
    "hidden-replay",
    "hidden-extra",
  ];
  const asked = call("c", "bash", { command: "ls" });
  const answered = answer(1, 1, [text("Hi"), asked], {
    stream: [
      { type: "text-chunks", index: 0, dt: [], texts: ["hidden-stream"] },
    ],
  });
  answered[1].message.source.replayState = { a: "hidden-replay" };
  const store = home(
    turn(1, [
      [
        "system/message",
        {
          turn: 1,
          step: 1,
          message: { role: "system", content: [text("hidden-system")] },
        },
      ],
      user("Hello"),
      [
        "request/header",
        {
          header: {
            config: { provider: "p", model: "m" },
            system: "hidden-system",
            tools: [{ name: "hidden-schema" }],
          },
        },
      ],
      answered,
      began(1, 1, asked),
      result(1, 1, "c", "a", { meta: { lines: ["hidden-meta"] } }),
      ["vendor/strange", { text: "hidden-extra" }],
    ]),
  );
  for (const format of ["markdown", "html", "json"]) {
    const document = shown(store, { format, tools: "full" });
    for (const text of hidden)
      assert.ok(!document.includes(text), `${format}: ${text}`);
    assert.ok(document.includes("vendor/strange"), format);
  }
});

test("a damaged log lost what was readable, or hid that something is missing", async () => {
  const events = [
    ...turn(1, [user("First words"), answer(1, 1, [text("First answer")])]),
    ...turn(2, [user("Second words"), answer(2, 1, [text("Second answer")])]),
  ];
  const all = lines({ id, version: 4 }, events);
  const frames = all.map(frame);
  const broken = Buffer.from(frames[4]);
  broken[9] ^= 0xff;
  const at = (index, other) => [
    ...frames.slice(0, index),
    other,
    ...frames.slice(index + 1),
  ];
  const cases = {
    torn: [
      Buffer.concat(frames).subarray(0, -5),
      ["First answer", "Second answer"],
    ],
    zeros: [
      Buffer.concat([...frames, Buffer.alloc(4096)]),
      ["First answer", "Second answer"],
    ],
    gap: [
      Buffer.concat(at(4, Buffer.alloc(0))),
      ["First words", "Second answer"],
      /missing/,
    ],
    "broken frame": [
      Buffer.concat(at(4, broken)),
      ["First words", "Second answer"],
      /missing/,
    ],
    "broken line": [
      Buffer.concat(at(4, frame('{"type":\n'))),
      ["Second answer"],
      /missing/,
    ],
    plain: [Buffer.from(all.join("")), ["First answer", "Second answer"]],
    "one frame": [frame(all.join("")), ["First answer", "Second answer"]],
    "lines across frames": [
      Buffer.concat([
        frame(all.join("").slice(0, 700)),
        frame(all.join("").slice(700)),
      ]),
      ["First answer", "Second answer"],
    ],
    "no header": [
      Buffer.concat(frames.slice(1)),
      ["First answer", "Second answer"],
    ],
  };
  for (const [name, [bytes, expected, told]] of Object.entries(cases)) {
    const store = home([], {}, { bytes });
    assert.equal((await listSessions(store)).length, 1, name);
    const document = shown(store);
    for (const words of expected)
      assert.ok(document.includes(words), `${name}: ${words}`);
    if (told) assert.match(document, told, name);
  }
  for (const bytes of [
    Buffer.alloc(0),
    frames[0].subarray(0, 9),
    Buffer.alloc(100),
  ]) {
    const store = home([], {}, { bytes });
    assert.throws(() => shown(store), { code: "ERR_STORE_UNREADABLE" });
  }
});

test("a log that grew meanwhile was no error, and one that was cut was none either", async () => {
  const store = dshHome();
  const events = turn(1, [user("Hello"), answer(1, 1, [text("Hi")])]);
  const file = writeLog(store, { id }, events);
  const before = readFileSync(file);
  shown(store);
  await listSessions(store);
  assert.deepEqual(readFileSync(file), before);
  appendFileSync(
    file,
    frame(
      '{"type":"turn/start","seq":6,"time":1795765139646,"data":{"turn":2}}\n',
    ),
  );
  appendFileSync(file, frame("half of a line").subarray(0, 12));
  assert.match(shown(store), /Hi/);
  truncateSync(file, 10);
  assert.throws(() => shown(store), { code: "ERR_STORE_UNREADABLE" });
});

test("a log that nothing could be made of had neither a document nor a coded error", async () => {
  const events = turn(1, [user("First words"), answer(1, 1, [text("Hi")])]);
  const all = lines({ id, version: 4 }, events);
  const frames = all.map(frame);
  const whole = Buffer.concat(frames);
  const flipped = (at) => {
    const bytes = Buffer.from(whole);
    bytes[at] ^= 0xff;
    return bytes;
  };
  const cases = [
    ...Array.from({ length: 40 }, (_, at) =>
      whole.subarray(0, Math.floor((whole.length * at) / 40)),
    ),
    ...Array.from({ length: 40 }, (_, at) =>
      flipped(Math.floor((whole.length * at) / 40)),
    ),
    Buffer.concat([frames[0], frames[0], ...frames.slice(1)]),
    Buffer.concat([...frames].reverse()),
    Buffer.from("SQLite format 3\0"),
    frame(""),
    frame("null\n[]\n7\n"),
    frame(all.join("").replaceAll('"version":4', '"version":99')),
    Buffer.concat([...frames, frame('{"type":"future/thing","seq":9}\n')]),
  ];
  for (const [number, bytes] of cases.entries()) {
    const store = home([], {}, { bytes });
    const path = join(
      store,
      "sessions/--home-ada-work--",
      id,
      "session.v4.jsonl.zstd",
    );
    await listSessions(store);
    for (const format of ["markdown", "html", "json"]) {
      try {
        assert.ok(shown(store, { format }).length > 0);
      } catch (error) {
        assert.match(error.code ?? String(error), /^ERR_/, `${number}`);
      }
    }
    assert.deepEqual(readFileSync(path), bytes, `${number}`);
  }
});

test("an export changed the store, or left something in it", async () => {
  const store = home(turn(1, [user("Hello"), answer(1, 1, [text("Hi")])]));
  writeFileSync(join(store, ".credentials.yaml"), "key: secret");
  writeFileSync(join(store, "session-query.sqlite"), "");
  const all = () =>
    readdirSync(store, { recursive: true })
      .sort()
      .map((name) => {
        const stat = statSync(join(store, name));
        const content = stat.isFile() && readFileSync(join(store, name), "hex");
        return [name, stat.mtimeMs, stat.mode, content];
      });
  const before = all();
  await listSessions(store);
  for (const format of ["markdown", "html", "json"])
    shown(store, { format, tools: "full" });
  assert.deepEqual(all(), before);
});
