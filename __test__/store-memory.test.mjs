// A session in a store may be larger than the memory: of each of its messages only little is kept.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { root, sessionOf, temporaryFolder, textPart } from "./support.mjs";
import { database, sessionRows, tables } from "./stores.mjs";

const FEW = 1_000;
const MANY = 31_000;

/** A session of answers, all to one question or each to another, with texts in which a home folder is shortened. */
const answers = (count, parentOf) =>
  sessionOf(
    Array.from({ length: count }, (_, i) => ({
      info: {
        id: `msg_${i}`,
        role: "assistant",
        parentID: parentOf(i),
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
const mostMemory = (t, count, parentOf) => {
  const session = answers(count, parentOf);
  const store = database(t, [...tables, ...sessionRows(session)]);
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

const cases = [
  { name: "a message of a store", parentOf: () => "msg", most: 50 },
  { name: "a turn of a store", parentOf: (i) => `msg_${i}`, most: 90 },
];
for (const { name, parentOf, most } of cases) {
  test(`${name} takes little memory`, (t) => {
    const [few, many] = [FEW, MANY].map((count) =>
      mostMemory(t, count, parentOf),
    );
    const ofEach = (many - few) / (MANY - FEW);
    assert.ok(ofEach < most, `${Math.round(ofEach)} bytes`);
  });
}
