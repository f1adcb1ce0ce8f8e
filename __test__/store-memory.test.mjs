// A session in a store may be larger than the memory: of each of its messages only little is kept.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { root, sessionOf, temporaryFolder, textPart } from "./support.mjs";
import { database, insert, sessionRows, tables } from "./stores.mjs";

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

/** A message in the tables of OpenCode 2. */
const typedRow = ({ info, parts }, seq) =>
  insert("session_message", {
    id: info.id,
    session_id: "ses_1",
    type: "assistant",
    seq: seq ?? 1e6,
    time_created: info.time.created,
    time_updated: info.time.created,
    data: JSON.stringify({
      time: info.time,
      content: parts.map(({ type, text }) => ({ type, text })),
    }),
  });

/** One that is nowhere else, so that the generations are joined. */
const other = {
  info: { id: "msg_other", time: { created: 1895333600000 } },
  parts: [textPart("other")],
};

/** The most memory that a process takes to export such a session from a store, in bytes. */
const mostMemory = (t, count, parentOf, isInBoth) => {
  const session = answers(count, parentOf);
  const rows = sessionRows(session);
  if (isInBoth) rows.push(...session.messages.map(typedRow), typedRow(other));
  const store = database(t, [...tables, ["BEGIN"], ...rows, ["COMMIT"]]);
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
  assert.equal(rendered, isInBoth ? count + 1 : count);
  return bytes;
};

const cases = [
  { name: "a message of a store", parentOf: () => "msg", most: 50 },
  { name: "a turn of a store", parentOf: (i) => `msg_${i}`, most: 90 },
  {
    name: "a message in both generations of a store",
    parentOf: () => "msg",
    isInBoth: true,
    most: 200,
  },
];
for (const { name, parentOf, isInBoth, most } of cases) {
  test(`${name} takes little memory`, (t) => {
    const [few, many] = [FEW, MANY].map((count) =>
      mostMemory(t, count, parentOf, isInBoth),
    );
    const ofEach = (many - few) / (MANY - FEW);
    t.diagnostic(`${Math.round(ofEach)} bytes`);
    // The bounds are those of glibc's heap. Others give less memory back.
    const bound = process.platform === "linux" ? most : 2 * most;
    assert.ok(ofEach < bound, `${Math.round(ofEach)} bytes`);
  });
}
