// A session in a store may be larger than the memory: of each of its messages only little is kept.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { root, sessionOf, temporaryFolder, textPart } from "./support.mjs";
import { database, sessionRows, tables } from "./stores.mjs";

const FEW = 1_000;
const MANY = 31_000;

/** A session of answers to one question, each with texts in which a home folder is shortened. */
const answers = (count) =>
  sessionOf(
    Array.from({ length: count }, (_, i) => ({
      info: {
        id: `msg_${i}`,
        role: "assistant",
        parentID: "msg",
        time: { created: 1795333600000 + i },
      },
      parts: ["a", "b"].map((name) => ({
        ...textPart(`/home/jordan/work/${name}${i}.ts`),
        id: `prt_${i}_${name}`,
      })),
    })),
    { id: "ses_1", directory: "/home/jordan/work" },
  );

/** The most memory that a process takes to export such a session from a store, in bytes. */
const mostMemory = (t, count) => {
  const store = database(t, [...tables, ...sessionRows(answers(count))]);
  const code = `
    const { writeExport } = require(${JSON.stringify(root)});
    const stored = { sessionID: "ses_1", store: ${JSON.stringify(store)} };
    writeExport(${JSON.stringify(join(temporaryFolder(t), "a.md"))}, stored).then(({ messages }) => {
      const { maxRSS } = process.resourceUsage();
      console.log(JSON.stringify([messages.rendered, maxRSS * 1024]));
    });
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--eval", code], {
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  const [rendered, bytes] = JSON.parse(stdout);
  assert.equal(rendered, count);
  return bytes;
};

test("a message of a store takes little memory", (t) => {
  const ofEach = (mostMemory(t, MANY) - mostMemory(t, FEW)) / (MANY - FEW);
  assert.ok(ofEach < 200, `${Math.round(ofEach)} bytes`);
});
