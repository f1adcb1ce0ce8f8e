// Sessions that are taken over from JavaScript in pieces, as `JSON.stringify` would make one text of them,
// but for long texts, which are handed over as they are.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { addon, temporaryFolder } from "./support.mjs";

const source = (name) =>
  readFileSync(
    new URL(`../src/binding/session/${name}`, import.meta.url),
    "utf8",
  )
    .trimEnd()
    .replace(/;$/, "");
const takeApart = new Function(`return (${source("pieces.js")})`)();
const mark = "text:0:";

/** The pieces of a session, those of its JSON first. */
function* pieces(session) {
  const { json, texts, hasTexts } = takeApart(session, mark);
  yield* json;
  const isExpected = hasTexts();
  let isThere = false;
  for (const piece of texts) {
    isThere = true;
    yield piece;
  }
  assert.equal(isExpected, isThere);
}

/** The JSON text that the pieces of a session make. */
function text(session) {
  const texts = [];
  let json = "";
  let text = "";
  for (const [piece, isEnd] of pieces(session)) {
    assert.equal(typeof piece, "string");
    if (isEnd === undefined) {
      json += piece;
      continue;
    }
    text += piece;
    if (!isEnd) continue;
    texts.push(text);
    text = "";
  }
  const reference = new RegExp(`"${mark}([0-9]+)\\."`, "g");
  const numbers = Array.from(json.matchAll(reference), ([, number]) => number);
  assert.deepEqual(numbers.map(Number), [...texts.keys()]);
  return json.replaceAll(reference, (_, number) =>
    JSON.stringify(texts[number]),
  );
}

const long = "0123456789abcdef".repeat(10_000);
const medium = "0123456789abcdef".repeat(100);
const large = {
  "long texts": { a: long, b: [long, { c: long }], [long]: 1 },
  "halves of pairs in short texts": [long, "\ud83d", { "\ude00": "a\ud83d" }],
  "pairs at the end of a piece": ["", "x", "xx", "xxx"].map(
    (start) => start + "😀ü".repeat(30_000),
  ),
  "what JSON leaves out": {
    long,
    none: undefined,
    call: () => 1,
    symbol: Symbol("s"),
    items: [undefined, () => 1, , long, Symbol("s")],
  },
  "what JSON changes": {
    long,
    at: new Date(0),
    map: new Map([[1, 2]]),
    boxed: [new String(long), new Number(1), new Boolean(false)],
    numbers: [NaN, Infinity, -0, 1e21, 0.1],
    bytes: new Uint8Array(3),
  },
  "objects of their own form": {
    toJSON: () => ({ long, inner: { long, toJSON: () => ["inner", long] } }),
  },
  "short forms of large objects": [long, "", "short", 1, null, undefined].map(
    (form) => ({ long, toJSON: () => form }),
  ),
  "a form with a form of its own": {
    toJSON: () => ({ long, toJSON: () => "not asked" }),
  },
  "inherited fields": Object.create(
    { inherited: long },
    {
      own: { value: long, enumerable: true },
      hidden: { value: long, enumerable: false },
    },
  ),
  "many small values": Array.from({ length: 50_000 }, (_, i) => ({ i })),
  "fields in their order": { b: long, 2: long, a: long, 1: long },
  "a field named __proto__": JSON.parse(`{"__proto__":"${long}","a":1}`),
  "texts of a piece's own copy": [
    { a: medium, b: { c: medium, toJSON: undefined }, at: new Date(0) },
    [medium, , [medium]],
    { medium, toJSON: null, call: () => 1 },
    Object.assign(Object.create({ toJSON: () => [medium] }), { long }),
    Object.assign([medium], { toJSON: () => ({ medium, toJSON: () => 1 }) }),
  ],
  nothing: { a: [], b: {}, c: "", d: null, long },
};

for (const [name, value] of Object.entries(large))
  test(`pieces make the same text: ${name}`, () => {
    assert.ok([...pieces({ value })].length > 1);
    assert.equal(text({ value }), JSON.stringify({ value }));
  });

test("a long text that an object has for its form is one apart", () => {
  for (const form of [long, new String(long)])
    assert.ok([...pieces({ value: { toJSON: () => form } })].length > 2);
});

test("no piece ends within a pair", () => {
  const value = ["", "x"].map((start) => start + "😀".repeat(100_000));
  for (const [piece] of pieces({ value })) assert.ok(piece.isWellFormed());
});

test("halves of pairs in a long text are replaced, and told of", async (t) => {
  const folder = temporaryFolder(t);
  for (const [value, has] of [
    [`${long}\ud83d${long}\ude00`, true],
    [`${long}\ufffd${long}`, false],
    [`${long}😀`, false],
  ]) {
    const document = addon.exportSession(session([value]), options);
    assert.ok(document.includes(value.toWellFormed()));
    assert.equal(/a lone surrogate/.test(document), has);
    for (const input of [session([value]), JSON.stringify(session([value]))]) {
      const written = { ...options, overwrite: true };
      await addon.writeExport(`${folder}/a.md`, input, written);
      assert.equal(readFileSync(`${folder}/a.md`, "utf8"), document);
    }
  }
});

test("no piece is much longer than the others", () => {
  const lengths = [...pieces({ large: Object.values(large) })].map(
    ([piece]) => piece.length,
  );
  assert.ok(Math.max(...lengths) < 6 * 64 * 1024);
});

const session = (parts) => ({
  info: { id: "ses_1", title: "Large", time: { created: 1 } },
  messages: [
    {
      info: { id: "msg_1", role: "user", time: { created: 1 } },
      parts: parts.map((text, i) => ({ id: `prt_${i}`, type: "text", text })),
    },
  ],
  // Its long text comes last, and is needed first.
  diffs: [{ file: "a.txt", patch: `@@ -1 +1 @@\n-${parts.at(-1)}\n+new` }],
});
const options = { exportedAt: 0, diffs: "full" };
const parts = Array.from(
  { length: 40 },
  (_, i) => `${i} ${"täxt 😀 ".repeat(9_000)}`,
);

test("a large session gives the same document as object, as text and as bytes", async (t) => {
  const folder = temporaryFolder(t);
  const json = JSON.stringify(session(parts));
  const documents = [session(parts), json, Buffer.from(json)].map(
    async (input, i) => {
      const path = `${folder}/${i}.md`;
      await addon.writeExport(path, input, options);
      assert.equal(
        readFileSync(path, "utf8"),
        addon.exportSession(input, options),
      );
      return readFileSync(path, "utf8");
    },
  );
  const [ofObject, ...others] = await Promise.all(documents);
  assert.ok(ofObject.includes("39 täxt 😀"));
  assert.ok(ofObject.includes("-39 täxt 😀"));
  for (const other of others) assert.equal(other, ofObject);
});

test("a small session may be changed as soon as the call returns", async (t) => {
  const folder = temporaryFolder(t);
  const small = session(["before"]);
  const written = addon.writeExport(`${folder}/a.md`, small, options);
  small.messages[0].parts[0].text = "after";
  await written;
  assert.match(readFileSync(`${folder}/a.md`, "utf8"), /before/);
});

for (const [name, spoil] of [
  ["a cycle", (large) => large.messages.push({ parts: large })],
  [
    "a part that holds itself",
    ({ messages }) => {
      const part = {};
      part.part = part;
      messages[0].parts.push(part);
    },
  ],
  ["a BigInt", (large) => (large.messages[0].info.time.created = 1n)],
  [
    "a property that throws",
    (large) =>
      Object.defineProperty(large.messages[0], "info", {
        enumerable: true,
        get() {
          throw new Error("Secret words");
        },
      }),
  ],
])
  test(`a large session with ${name} is refused with its place`, async (t) => {
    const folder = temporaryFolder(t);
    const large = session(parts);
    spoil(large);
    const refused = (error) => {
      assert.equal(error.code, "ERR_INVALID_SESSION");
      assert.match(error.path, /^\$\.messages/);
      assert.doesNotMatch(error.message, /Secret/);
      return true;
    };
    await assert.rejects(addon.writeExport(`${folder}/a.md`, large), refused);
    assert.throws(() => addon.exportSession(large), refused);
  });

test("the event loop has a turn after a few milliseconds of taking over", async () => {
  let now = 0;
  let turns = 0;
  const takeOver = new Function(
    "performance",
    "setImmediate",
    `return (${source("take_over.js")})`,
  )({ now: () => now }, (next) => {
    turns += 1;
    queueMicrotask(next);
  });
  const longest = [];
  let turnsBefore = 0;
  let since = 0;
  const append = () => {
    if (turns > turnsBefore) since = now;
    turnsBefore = turns;
    now += 1;
    longest.push(now - since);
    return true;
  };
  const taken = {
    json: Array(50).fill("x"),
    texts: Array(50).fill("x"),
    hasTexts: () => true,
  };
  const begun = [];
  const begin = (hasTexts) => begun.push([longest.length, hasTexts]);
  const result = takeOver({}, taken, append, begin, () => "finished");
  assert.equal(await result, "finished");
  assert.deepEqual(begun, [[50, true]]);
  assert.equal(longest.length, 100);
  assert.ok(Math.max(...longest) <= 6, `${Math.max(...longest)} ms`);
});

test("an export that is aborted takes nothing more over", async () => {
  const takeOver = new Function(`return (${source("take_over.js")})`)();
  function* endless() {
    for (;;) yield "x";
  }
  for (const [json, texts] of [
    [endless(), []],
    ["x", endless()],
  ]) {
    let taken = 0;
    const append = () => (taken += 1) < 3;
    const pieces = { json, texts, hasTexts: () => false };
    await takeOver(
      {},
      pieces,
      append,
      () => {},
      () => true,
    );
    assert.equal(taken, 3);
  }
});
