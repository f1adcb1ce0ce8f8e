// The JSON document: it keeps its schema, it is read again as the same session, and the real OpenCode
// imports it.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import {
  noOpencode,
  opencodeHome,
  runOpencode,
  shareServer,
} from "./opencode-lab.mjs";
import {
  addon,
  failure,
  fixed,
  githubToken,
  root,
  sessionOf,
  sessionText,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession, writeExport } = addon;

const names = readdirSync(join(root, "tests/golden"));
const schema = JSON.parse(
  readFileSync(join(root, "schema/session-log.schema.json"), "utf8"),
);
const validate = new Ajv2020({ strict: false }).compile(schema);
const everything = { tools: "full", diffs: "full", reasoning: true };

const toJson = (session, options) =>
  exportSession(session, { ...fixed, format: "json", ...options });

/**
 * What a document tells, without the hash at its end and what was counted when it was made. The schema
 * demands an end of each call, so that one without an end takes no time.
 */
const told = (document) => {
  const [head, ...rest] = document
    .replaceAll(", 0 ms", "")
    .split("## Conversation");
  return [
    head.split("## Redacted and left out")[0],
    ...rest.map((text) => text.split("\n---\n")[0]),
  ].join("");
};

for (const name of names) {
  test(`${name} keeps the schema`, () => {
    for (const options of [{}, { tools: "summary", diffs: "none" }]) {
      const json = JSON.parse(toJson(sessionText(name), options));
      validate(json);
      assert.deepEqual(validate.errors ?? [], []);
    }
  });

  test(`${name} is read again as the same session`, (t) => {
    if (name === "odd-data") {
      t.skip("where its values have wrong types, the schema demands others");
      return;
    }
    const original = exportSession(sessionText(name), {
      ...fixed,
      ...everything,
    });
    for (const jsonShape of ["opencode", "pawwork"]) {
      const json = toJson(sessionText(name), { ...everything, jsonShape });
      const again = exportSession(json, { ...fixed, ...everything });
      assert.equal(told(again), told(original), jsonShape);
    }
  });
}

test("the options leave out of JSON what they leave out of Markdown", () => {
  const json = toJson(sessionText("sub-agents"), {
    usage: false,
    children: false,
    tools: "none",
    diffs: "none",
  });
  const document = JSON.parse(json);
  assert.equal(document.children, undefined);
  assert.equal(document.info.tokens, undefined);
  assert.equal(document.info.cost, undefined);
  assert.ok(!/"(?:input|output|read|total|cost)": [1-9]/.test(json));
  const parts = document.messages.flatMap(({ parts }) => parts);
  assert.ok(parts.length > 0);
  for (const { type } of parts) assert.ok(!["tool", "patch"].includes(type));
  assert.ok(!json.includes('"patch":'));
  validate(document);
  assert.deepEqual(validate.errors ?? [], []);
});

test("fields that this version does not use are kept as they were stored", () => {
  const session = JSON.parse(sessionText("typical"));
  const [, answer] = session.messages;
  answer.info.path = { cwd: "/work/shop/app", root: "/work/shop" };
  answer.info.tokens.total = 99;
  answer.parts[0].future = { depth: [3] };
  const [, kept] = JSON.parse(toJson(session)).messages;
  assert.deepEqual(kept.info.path, answer.info.path);
  assert.equal(kept.info.tokens.total, 99);
  assert.deepEqual(kept.parts[0].future, { depth: [3] });
});

test("PawWork's snapshot has its own envelope", () => {
  const snapshot = JSON.parse(
    toJson(sessionText("sub-agents"), { jsonShape: "pawwork" }),
  );
  assert.equal(snapshot.schema_version, 1);
  assert.equal(snapshot.format, "pawwork-session-export");
  assert.equal(snapshot.session.info.id, snapshot.root_session_id);
  assert.equal(snapshot.session.children.length, 1);
  assert.ok(snapshot.session.children[0].messages.length > 0);
});

test("secrets are redacted in names, in nested values and in escaped text", () => {
  const token = githubToken(5);
  const part = {
    id: "prt_tool",
    type: "tool",
    tool: "deploy",
    callID: "call_1",
    state: {
      status: "completed",
      input: { [`key ${token}`]: { password: "hunter2!hunter" } },
      output: JSON.stringify({ body: JSON.stringify({ token }) }),
      title: "",
      metadata: { note: `a ${token}` },
      time: { start: 1795333600000, end: 1795333600001 },
    },
    other: [`b ${token}`],
  };
  const json = toJson(sessionOf([userMessage(part, textPart(token))]));
  assert.ok(!json.includes(token));
  assert.ok(!json.includes("hunter2!hunter"));
  assert.match(json, /"key \[redacted:github-token#1\]"/);
});

test("the address of a publication is told, and importing does not publish", () => {
  const share = { url: "https://opncd.ai/s/abc", secret: "s3cr3t-of-share" };
  const json = toJson(sessionOf([], { share }));
  assert.ok(!json.includes("s3cr3t-of-share"));
  const { info, published } = JSON.parse(json);
  assert.equal(info.share, undefined);
  assert.deepEqual(published, { url: "https://opncd.ai/s/abc" });
});

test("the extension of the path chooses the format", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "session.json");
  const report = await writeExport(path, sessionText("typical"), fixed);
  assert.equal(report.format, "json");
  assert.equal(
    readFileSync(path, "utf8"),
    toJson(sessionText("typical"), fixed),
  );
  for (const [name, format] of [
    ["a.json", "markdown"],
    ["a.md", "json"],
    ["a.html", "json"],
    ["a.htm", "markdown"],
  ]) {
    const error = await failure(() =>
      writeExport(join(folder, name), sessionText("typical"), { format }),
    );
    assert.equal(error.code, "ERR_INVALID_OPTION");
  }
});

test(
  "the real OpenCode imports it, and exports the same content again",
  { skip: noOpencode },
  async (t) => {
    const folder = temporaryFolder(t);
    const home = await opencodeHome(t, folder, await shareServer(t));
    for (const name of [
      "typical",
      "every-part",
      "every-tool",
      "opencode-2",
      "provider-errors",
    ]) {
      const json = toJson(sessionText(name), everything);
      const file = join(folder, `${name}.json`);
      writeFileSync(file, json);
      const { code, output } = await runOpencode(home, ["import", file]);
      assert.match(output, /Imported session: ses_/, name);
      assert.equal(code, 0, output);
      // What OpenCode stored, read by the same reader as OpenCode's own sessions.
      const { info, messages } = JSON.parse(json);
      const stored = JSON.parse(
        toJson({ sessionID: info.id, store: home.store }, everything),
      );
      assert.deepEqual(stored.messages.map(content), messages.map(content));
      assert.equal(stored.info.title, info.title);
    }
    const { info, messages } = JSON.parse(
      toJson(sessionText("typical"), everything),
    );
    const exported = join(folder, "exported.json");
    await runOpencode(home, ["export", info.id], {}, exported);
    const again = JSON.parse(readFileSync(exported, "utf8"));
    assert.deepEqual(again.messages.map(content), messages.map(content));
  },
);

/** A message as OpenCode's schema knows it: it drops what it does not know. */
function content({ info, parts }) {
  const { id, role, time, agent, error } = info;
  return {
    id,
    role,
    time,
    agent,
    error: error && { name: error.name, message: error.data.message },
    parts: parts.map((part) => {
      const { id, type, text, tool, state, files, name, prompt, auto } = part;
      const { reason, attempt, mime, url } = part;
      const { status, input, output, raw } = state ?? {};
      return {
        ...{ id, type, text, tool, files, name, prompt, auto },
        ...{ reason, attempt, mime, url, status, input, output, raw },
        error: state?.error ?? part.error?.data.message,
      };
    }),
  };
}
