// What PawWork's own export of a session holds, ours of the same session holds as well.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import test from "node:test";
import {
  database,
  insert,
  message,
  messageRows,
  sessionRow,
  tables,
  writeDatabase,
} from "./stores.mjs";
import {
  addon,
  fixed,
  githubToken,
  root,
  sessionOf,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession, writeExport } = addon;

const snapshot = { ...fixed, format: "json", jsonShape: "pawwork" };

async function exported(t, session, options) {
  const path = join(temporaryFolder(t), "session.json");
  await writeExport(path, session, { ...snapshot, ...options });
  return JSON.parse(readFileSync(path, "utf8"));
}

const share = insert("session_share", {
  session_id: "ses_1",
  id: "shr_1",
  secret: "no-business-of-ours",
  url: "https://share.example.com/s/1",
  time_created: 1,
  time_updated: 1,
});

test("the snapshot of a stored session tells whether it was published", async (t) => {
  const rows = [
    ...tables,
    sessionRow({ id: "ses_1" }),
    ...messageRows("ses_1", message(1, "Hello")),
    sessionRow({ id: "ses_2" }),
    ...messageRows("ses_2", message(2, "Hello")),
  ];
  const store = database(t, [...rows, share]);
  const published = await exported(t, { sessionID: "ses_1", store });
  assert.equal(published.session.had_cloud_share, true);
  const other = await exported(t, { sessionID: "ses_2", store });
  assert.equal(other.session.had_cloud_share, false);
  assert.ok(!JSON.stringify(published).includes("no-business-of-ours"));
});

test("the changed files that lie beside a database are not lost", async (t) => {
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_1" }),
    ...messageRows("ses_1", message(1, "Hello")),
  ]);
  const file = join(dirname(store), "storage/session_diff/ses_1.json");
  mkdirSync(dirname(file), { recursive: true });
  const patch = `@@ -0,0 +1 @@\n+token ${githubToken(1)}\n`;
  const diff = { file: "b.txt", patch, additions: 1, deletions: 0 };
  writeFileSync(file, JSON.stringify([{ ...diff, status: "added" }]));
  const { session } = await exported(t, { sessionID: "ses_1", store });
  assert.equal(session.diffs[0].file, "b.txt");
  assert.match(session.diffs[0].patch, /\+token \[redacted:github-token#1\]/);

  writeFileSync(file, "{");
  const damaged = await exported(t, { sessionID: "ses_1", store });
  assert.equal(damaged.session.diffs, undefined);
  assert.equal(damaged.exported.notes[0].path, "session_diff");
});

test("the changed files of each session of a tree could take as much memory as those of all", async (t) => {
  const child = { id: "ses_2", parentID: "ses_1", title: "Child" };
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_1" }),
    sessionRow(child),
    ...messageRows("ses_1", message(1, "Hello")),
    ...messageRows("ses_2", message(2, "Hello")),
  ]);
  const folder = join(dirname(store), "storage/session_diff");
  mkdirSync(folder, { recursive: true });
  const write = (id, megabytes) =>
    writeFileSync(
      join(folder, `${id}.json`),
      JSON.stringify([
        { file: `${id}.txt`, note: "x".repeat(megabytes * 1e6) },
      ]),
    );
  const sessionID = "ses_1";
  const report = async () =>
    addon.writeExport(join(temporaryFolder(t), "a.md"), { sessionID, store });
  write("ses_1", 5);
  write("ses_2", 2);
  assert.deepEqual((await report()).warnings, []);
  write("ses_2", 5);
  const { warnings, path } = await report();
  assert.match(JSON.stringify(warnings), /changed files is left out.*8 MB/);
  const text = readFileSync(path, "utf8");
  assert.match(text, /changed files is left out.*8 MB/);
  assert.match(text, /ses_1\.txt/);
  assert.doesNotMatch(text, /ses_2\.txt/);
});

test("an application hands over the context of its runtime, which is redacted", () => {
  const runtimeContext = {
    app_version: "2.3.4",
    build_channel: "beta",
    platform: "darwin",
    locale: "de",
    instruction_sources: [{ path: "/home/jordan/AGENTS.md", hash: "ab12" }],
    note: githubToken(2),
  };
  const session = sessionOf([userMessage(textPart("Hello"))], {
    directory: "/home/jordan/work",
  });
  const json = JSON.parse(
    exportSession(session, { ...snapshot, runtimeContext }),
  );
  assert.deepEqual(json.runtime_context, {
    app_version: "2.3.4",
    build_channel: "beta",
    platform: "darwin",
    locale: "de",
    instruction_sources: [{ path: "~/AGENTS.md", hash: "ab12" }],
    note: "[redacted:github-token#1]",
  });
  for (const wrong of ["x", [], 1, { long: "x".repeat(300_000) }]) {
    assert.throws(
      () => exportSession(session, { ...snapshot, runtimeContext: wrong }),
      { code: "ERR_INVALID_OPTION" },
    );
  }
});

test("the diagnostics of a snapshot are there when it was read and written again", () => {
  const given = {
    schema_version: 1,
    format: "pawwork-session-export",
    runtime_context: { app_version: "2.0.0" },
    diagnostics: [{ level: "warn", text: `lost ${githubToken(3)}` }],
    session: {
      info: { id: "ses_1", title: "Test" },
      had_cloud_share: true,
      messages: [],
    },
  };
  const json = JSON.parse(exportSession(given, snapshot));
  assert.deepEqual(json.diagnostics, [
    { level: "warn", text: "lost [redacted:github-token#1]" },
  ]);
  assert.equal(json.session.had_cloud_share, true);
  const again = JSON.parse(exportSession(json, snapshot));
  assert.deepEqual(again.diagnostics, json.diagnostics);
});

test("PawWork's trash tool has a label, and a session's skill stands in the head", () => {
  const session = sessionOf([
    userMessage(textPart("Away with it")),
    {
      info: { id: "msg_2", role: "assistant", time: { created: 2 } },
      parts: [
        {
          type: "tool",
          tool: "trash",
          callID: "call_1",
          state: {
            status: "completed",
            input: { path: "old.txt" },
            output: "done",
            time: { start: 2, end: 3 },
          },
        },
      ],
    },
  ]);
  session.info.skill = "release-notes";
  const english = exportSession(session, fixed);
  assert.match(english, /\*\*Move to trash\*\*/);
  assert.match(english, /\| Skill \| .*release-notes/);
  const chinese = exportSession(session, { ...fixed, locale: "zh" });
  assert.match(chinese, /\*\*移到废纸篓\*\*/);
  assert.match(chinese, /\| 技能 \| .*release-notes/);
});

test("PawWork's database without a window is found, of each channel", (t) => {
  const home = temporaryFolder(t);
  const data = join(home, "data");
  const rows = [...tables, sessionRow({ id: "ses_1" })];
  writeDatabase(join(data, "pawwork/pawwork.db"), rows);
  writeDatabase(join(data, "pawwork/pawwork-dev.db"), rows);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      "-e",
      `console.log(JSON.stringify(require(${JSON.stringify(root)}).findStores()))`,
    ],
    {
      encoding: "utf8",
      env: { ...process.env, HOME: home, XDG_DATA_HOME: data },
    },
  );
  assert.equal(stderr, "");
  assert.deepEqual(
    JSON.parse(stdout).map(({ product, channel }) => [product, channel]),
    [
      ["pawwork", "dev"],
      ["pawwork", undefined],
    ],
  );
});
