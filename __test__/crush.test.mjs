// Sessions of Crush and of the first OpenCode, whose databases lie in the folders of projects.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { changed, numbers } from "./changed-records.mjs";
import { run } from "./command.mjs";
import {
  call,
  fileRow,
  finish,
  messageRow,
  part,
  ran,
  result,
  sessionRow,
  start,
  tables,
  text,
  writeProject,
} from "./crush-store.mjs";
import { fingerprint, insert, writeDatabase } from "./stores.mjs";
import { addon, fixed, githubToken, temporaryFolder } from "./support.mjs";

const { exportSession, findStores, listSessions } = addon;
const formats = ["markdown", "html", "json"];
const shown = (store, sessionID, options = {}) =>
  exportSession({ sessionID, store }, { ...fixed, ...options });
const json = (store, id) =>
  JSON.parse(shown(store, id, { format: "json", tools: "full" }));
const underUser = (document) =>
  document
    .split(/^### /m)
    .filter((turn) => /^\d+\. User$/m.test(turn))
    .join("");

/** A session of the first OpenCode with a sub-agent, commands, an edit and versions of files. */
const shop = [
  sessionRow({
    id: "0aa1",
    title: "Fix the total",
    prompt_tokens: 1200,
    completion_tokens: 34,
    cost: 0.25,
  }),
  messageRow("0aa1", "m1", "user", [
    text("Why is the total negative?"),
    part("binary", {
      Path: "/home/robin/shot.png",
      MIMEType: "image/png",
      Data: "iVBORw0KGgo=",
    }),
  ]),
  messageRow("0aa1", "m2", "assistant", [
    part("reasoning", { thinking: "Read it first." }),
    text("I look at it."),
    call("c1", "view", { file_path: "/home/robin/shop/total.js" }),
    call("c2", "bash", { command: "npm test" }),
    call("c3", "agent", { prompt: "Find who calls total" }),
    finish("tool_use"),
  ]),
  messageRow("0aa1", "m3", "tool", [
    result("c1", "<file>\n     1|sum - price\n</file>"),
    result("c2", "1 failing\nExit code 7", { metadata: ran }),
    result("c3", "Nobody calls it."),
  ]),
  messageRow("0aa1", "m4", "assistant", [
    call("c4", "edit", {
      file_path: "/home/robin/shop/total.js",
      old_string: "sum - price",
      new_string: "sum + price",
    }),
    finish("tool_use"),
  ]),
  messageRow("0aa1", "m5", "tool", [
    result("c4", "<result>done</result>", {
      metadata: {
        diff: "--- total.js\n+++ total.js\n@@ -1,1 +1,1 @@\n-sum - price\n+sum + price\n",
        additions: 1,
        removals: 1,
        old_content: "never shown",
      },
    }),
  ]),
  messageRow("0aa1", "m6", "assistant", [
    text("It is **added** now."),
    finish("end_turn"),
  ]),
  sessionRow({
    id: "c3",
    title: "New Agent Session",
    parent_session_id: "0aa1",
  }),
  messageRow("c3", "s1", "user", [text("Find who calls total")]),
  messageRow("c3", "s2", "assistant", [
    text("Nobody calls it."),
    finish("end_turn"),
  ]),
  sessionRow({
    id: "title-0aa1",
    title: "Generate a title",
    parent_session_id: "0aa1",
  }),
  fileRow("0aa1", 1, "never shown"),
  fileRow("0aa1", 2, "never shown"),
];

const project = (t, statements, options) => {
  const folder = temporaryFolder(t);
  return { folder, store: writeProject(folder, statements, options) };
};

test("a session of the first OpenCode tells what happened", (t) => {
  const { store } = project(t, shop, { program: "opencode" });
  const document = shown(store, "0aa1", { tools: "full" });
  assert.match(document, /\| Application \| OpenCode \(the first program/);
  assert.match(document, /\| Tokens of the last answer \| 1,200 in, 34 out \|/);
  assert.match(document, /\| Cost \| \$0\.25/);
  assert.match(
    document,
    /\*\*Read file\*\* `\/home\/robin\/shop\/total\.js` — completed/,
  );
  assert.match(document, /`npm test` — failed \(exit code 7\), 1\.5 s/);
  assert.match(
    document,
    /\*\*Edit file\*\* `\/home\/robin\/shop\/total\.js` — completed, \+1 −1/,
  );
  assert.match(
    document,
    /Start sub-agent\*\* — completed, see \[Sub-agent 1\]/,
  );
  assert.match(document, /### 1\. Assistant \(instructions to the sub-agent\)/);
  assert.match(
    document,
    /not shown, by their kinds: \*\*file versions 2, requests for a title 1\*\*/,
  );
  assert.doesNotMatch(document, /never shown|Exit code 7\n/);
  const { messages } = json(store, "0aa1");
  assert.deepEqual(
    messages.map(({ info }) => info.role),
    ["user", "assistant", "assistant", "assistant"],
  );
  assert.equal(messages[1].info.modelID, "claude-4-sonnet");
  assert.equal(messages[0].parts[1].mime, "image/png");
});

test("an answer that was called off is told with what is known of it", (t) => {
  const { store } = project(
    t,
    [
      sessionRow({ id: "unknown" }),
      messageRow("unknown", "u1", "user", [text("Begin")]),
      messageRow("unknown", "u2", "assistant", [
        text("I be"),
        finish("canceled"),
      ]),
      sessionRow({ id: "stopped" }),
      messageRow("stopped", "t1", "user", [text("Begin")]),
      messageRow("stopped", "t2", "assistant", [
        call("c1", "bash", { command: "sleep 9" }),
        finish("canceled"),
      ]),
      messageRow("stopped", "t3", "tool", [
        result("c1", "Tool execution canceled by user", { is_error: true }),
      ]),
      sessionRow({ id: "refused" }),
      messageRow("refused", "r1", "user", [text("Push it")]),
      messageRow("refused", "r2", "assistant", [
        call("c1", "bash", { command: "git push" }),
        finish("permission_denied"),
      ]),
      messageRow("refused", "r3", "tool", [
        result("c1", "Permission denied", { is_error: true }),
      ]),
      sessionRow({ id: "killed" }),
      messageRow("killed", "k1", "user", [text("Begin")]),
      messageRow("killed", "k2", "assistant", [
        call("c1", "write", '{"file_pa', { finished: false }),
      ]),
    ],
    { program: "opencode" },
  );
  const head = (id) => shown(store, id).match(/^\*\*(.*?)\*\*/m)[1];
  assert.match(
    head("unknown"),
    /^Ended early: the user stopped it, or an error did/,
  );
  assert.match(shown(store, "unknown"), /Which of them is not stored/);
  assert.match(
    shown(store, "unknown", { locale: "zh" }),
    /被用户停止，或因错误而中断/,
  );
  assert.match(head("stopped"), /^Stopped by the user/);
  assert.match(shown(store, "stopped"), /`sleep 9` — cancelled/);
  assert.match(head("refused"), /^Ended where the user refused/);
  assert.match(shown(store, "refused"), /`git push` — refused by the user/);
  assert.match(head("killed"), /^Unfinished/);
  assert.match(shown(store, "killed"), /never started/);
});

test("a session of Crush tells what happened", (t) => {
  const at = (seconds, more) => ({
    created_at: start + seconds,
    provider: "openrouter",
    ...more,
  });
  const { store } = project(t, [
    sessionRow({
      id: "0bb2",
      title: "Untitled Session",
      summary_message_id: "m5",
      // As a summary leaves them.
      prompt_tokens: 0,
      completion_tokens: 283,
      todos: JSON.stringify([
        { content: "Ask robin", status: "in_progress", active_form: "Asking" },
      ]),
    }),
    messageRow("0bb2", "m1", "user", [
      part("shell_command", {
        command: "git status",
        output: "clean",
        exit_code: 128,
      }),
    ]),
    messageRow("0bb2", "m2", "user", [text("Look it up")]),
    messageRow(
      "0bb2",
      "m3",
      "assistant",
      [
        part("reasoning", {
          thinking: "Hm.",
          signature: "never shown",
          started_at: start,
          finished_at: start + 2,
        }),
        call("c1", "agentic_fetch", {
          url: "https://example.com",
          prompt: "Find it",
        }),
        call("c2", "bash", { command: "make", description: "Build" }),
        finish("tool_use"),
      ],
      at(1),
    ),
    messageRow("0bb2", "m4a", "tool", [result("c1", "Found.")], at(2)),
    messageRow(
      "0bb2",
      "m4b",
      "tool",
      [
        result("c2", "built\n\n<cwd>/home/robin/shop</cwd>", {
          metadata: { ...ran, output: "never shown" },
        }),
      ],
      at(3),
    ),
    messageRow(
      "0bb2",
      "m5",
      "assistant",
      [text("So far it was found."), finish("end_turn")],
      at(4, { is_summary_message: 1 }),
    ),
    messageRow(
      "0bb2",
      "m6",
      "user",
      [
        text(
          "The previous session was interrupted because it got too long, the initial user request was: `Look it up`",
        ),
      ],
      at(5),
    ),
    messageRow(
      "0bb2",
      "m7",
      "assistant",
      [finish("error", { message: "Bad Request", details: "status code 400" })],
      at(6),
    ),
    messageRow("0bb2", "m8", "user", [text("Again")], at(7)),
    messageRow(
      "0bb2",
      "m9",
      "assistant",
      [text("I"), finish("canceled", { message: "User canceled request" })],
      at(8),
    ),
    sessionRow({
      id: "m3$$c1",
      title: "Fetch Analysis",
      parent_session_id: "0bb2",
    }),
    messageRow("m3$$c1", "s1", "user", [text("Find it")]),
    messageRow("m3$$c1", "s2", "assistant", [
      text("Found."),
      finish("content_filter"),
    ]),
    ["INSERT INTO read_files VALUES ('0bb2', '/home/robin/secret-plan', 1)"],
  ]);
  const document = shown(store, "0bb2");
  assert.match(document, /^# Look it up$/m);
  assert.match(document, /^\*\*Stopped by the user\*\*.*1 error/m);
  assert.match(document, /\| Application \| Crush \|/);
  assert.match(document, /\| Models \| `openrouter\/claude-4-sonnet` \|/);
  assert.match(document, /`make` — completed, 1\.5 s/);
  assert.match(
    document,
    /summary of the conversation so far\)[^]*So far it was found/,
  );
  assert.match(document, /\[ \] Ask robin \(in progress\)/);
  assert.match(document, /agentic\\?_fetch.*Sub-agent 1/);
  assert.match(document, /content filter ended the answer/);
  assert.match(document, /Bad Request/);
  assert.match(document, /paths of files that were read 1/);
  assert.doesNotMatch(document, /Tokens of the last answer/);
  assert.doesNotMatch(document, /never shown|secret-plan|<cwd>/);
  const said = underUser(document);
  assert.match(said, /git status.*run by the user[^]*Look it up[^]*Again/);
  assert.doesNotMatch(said, /previous session was interrupted/);
});

test("the databases of a project are found by its folder, by their own and by their paths", async (t) => {
  const { folder, store } = project(t, shop, { program: "opencode" });
  const ofCrush = writeProject(folder, [
    sessionRow({ id: "0bb2", title: "Of Crush" }),
    messageRow("0bb2", "m1", "user", [text("Hello")]),
  ]);
  const found = findStores(folder).filter(({ generation }) => generation === 6);
  assert.deepEqual(
    found.map(({ product, path }) => [product, path]),
    [
      ["opencode", store],
      ["crush", ofCrush],
    ],
  );
  assert.ok(found.every(({ bytes }) => bytes > 0));
  const ids = async (path) =>
    (await listSessions(path)).map(({ sessionID }) => sessionID).sort();
  const ofFirst = ["0aa1", "c3", "title-0aa1"];
  assert.deepEqual(await ids(folder), ["0aa1", "0bb2", "c3", "title-0aa1"]);
  assert.deepEqual(await ids(dirname(store)), ofFirst);
  assert.deepEqual(await ids(store), ofFirst);
  assert.deepEqual(await ids(dirname(ofCrush)), ["0bb2"]);
  const [listed] = (await listSessions(store)).filter(
    ({ parentID }) => !parentID,
  );
  assert.equal(listed.directory, folder);
  assert.equal(listed.created, start * 1000);
  assert.equal(listed.messageCount, 5);
  const { messages, events } = json(store, "0aa1");
  assert.equal(messages.length + events.length, listed.messageCount);
  for (const path of [folder, dirname(store), store])
    assert.match(shown(path, "0aa"), /Fix the total/);
  assert.throws(() => findStores(7), { code: "ERR_INVALID_OPTION" });
});

test("the command finds the sessions of the current folder, and names their agents", (t) => {
  const { folder } = project(t, shop, { program: "opencode" });
  writeProject(folder, [sessionRow({ id: "0bb2", title: "Of Crush" })]);
  const home = temporaryFolder(t);
  const environment = {
    HOME: home,
    USERPROFILE: home,
    XDG_DATA_HOME: join(home, "data"),
  };
  const { stdout } = run(["--list"], { cwd: folder, env: environment });
  const rows = stdout
    .trim()
    .split("\n")
    .map((row) => row.split("\t"));
  assert.deepEqual(rows.map(([id, , , agent]) => [id, agent]).sort(), [
    ["0aa1", "OpenCode"],
    ["0bb2", "Crush"],
  ]);
});

test("the projects that Crush lists are found, and its settings are not opened", (t) => {
  const { folder, store } = project(t, []);
  const data = temporaryFolder(t);
  const list = {
    projects: [
      { path: folder, data_dir: ".crush" },
      { path: "/gone", data_dir: "x" },
    ],
  };
  writeFileSync(join(data, "projects.json"), JSON.stringify(list));
  mkdirSync(join(data, "crush.json"));
  const before = process.env.CRUSH_GLOBAL_DATA;
  process.env.CRUSH_GLOBAL_DATA = data;
  t.after(() => {
    if (before === undefined) delete process.env.CRUSH_GLOBAL_DATA;
    else process.env.CRUSH_GLOBAL_DATA = before;
  });
  const paths = () => findStores().map(({ path }) => path);
  assert.ok(paths().includes(store));
  writeFileSync(join(data, "projects.json"), "{ broken");
  assert.ok(!paths().includes(store));
});

test("what stands in the log of a database is read, and nothing is changed", async (t) => {
  const { folder, store } = project(t, shop, {
    program: "opencode",
    then: "kill",
  });
  const copy = join(folder, "copy");
  mkdirSync(copy);
  for (const end of ["", "-wal"])
    copyFileSync(`${store}${end}`, join(copy, `opencode.db${end}`));
  for (const path of [dirname(store), copy]) {
    const before = fingerprint(path);
    assert.equal((await listSessions(path)).length, 3);
    assert.match(shown(path, "0aa1"), /It is \*\*added\*\* now/);
    assert.deepEqual(fingerprint(path), before);
  }
});

test("no secret is left, wherever it is stored", (t) => {
  const token = githubToken(5);
  const { store } = project(t, [
    sessionRow({
      id: "0cc3",
      title: `Use ${token}`,
      todos: JSON.stringify([
        { content: token, status: "pending", active_form: token },
      ]),
    }),
    messageRow("0cc3", "m1", "user", [
      text(`my token is ${token}`),
      part("binary", {
        Path: `/tmp/${token}.txt`,
        MIMEType: "text/plain",
        Data: Buffer.from(token).toString("base64"),
      }),
      part("image_url", { url: `https://example.com/?t=${token}` }),
      part("later", { secret: token }),
    ]),
    messageRow("0cc3", "m2", "assistant", [
      part("reasoning", {
        thinking: token,
        signature: token,
        responses_data: { id: token },
      }),
      call("c1", "bash", { command: `echo ${token}` }),
      call("c2", "edit", { old_string: token }),
      call("c3", "write", `{"content":"${token}`, { finished: false }),
      finish("error", { message: token, details: token }),
    ]),
    messageRow("0cc3", "m3", "tool", [
      result("c1", `${token}\nExit code 1`, {
        metadata: { ...ran, output: token, working_directory: token },
      }),
      result("c2", "done", {
        metadata: {
          diff: `-a\n+${token}`,
          old_content: token,
          additions: 1,
          removals: 1,
        },
      }),
      result("lost", token, { is_error: true, name: token }),
    ]),
    messageRow("0cc3", "m4", "user", [
      part("shell_command", {
        command: `curl ${token}`,
        output: token,
        exit_code: 0,
      }),
    ]),
    fileRow("0cc3", 1, token),
    [`INSERT INTO read_files VALUES ('0cc3', '/tmp/${token}', 1)`],
  ]);
  for (const format of formats) {
    for (const options of [{}, { tools: "full", reasoning: true }]) {
      const document = shown(store, "0cc3", { format, ...options });
      assert.ok(!document.includes(token), format);
      assert.ok(
        !document.includes(Buffer.from(token).toString("base64").slice(0, 20)),
        format,
      );
    }
  }
  assert.match(shown(store, "0cc3"), /later/);
});

test("the JSON of such a session reads back", (t) => {
  const { store } = project(t, shop, { program: "opencode" });
  const again = exportSession(
    shown(store, "0aa1", { format: "json", tools: "full" }),
    fixed,
  );
  const told = (document) =>
    document
      .split("\n")
      .filter((line) =>
        /^(> |- \*\*|- Stored|### |\| (Tokens|Cost|Application))/.test(line),
      );
  assert.deepEqual(told(again), told(shown(store, "0aa1")));
});

test("times in milliseconds, sums of tokens and tables of the first versions are read", (t) => {
  const { store } = project(
    t,
    [
      sessionRow({
        id: "old",
        created: start * 1000 + 5,
        prompt_tokens: 10,
        completion_tokens: 3,
      }),
      messageRow("old", "m1", "user", [text("Hello")], {
        created_at: start * 1000 + 5,
      }),
    ],
    { program: "opencode", until: "none" },
  );
  const { info, messages } = json(store, "old");
  assert.equal(info.time.created, start * 1000 + 5);
  assert.equal(messages[0].info.time.created, start * 1000 + 5);
  assert.deepEqual([info.tokens.input, info.tokens.output], [10, 3]);
  assert.equal(info.lastAnswerTokens, undefined);
});

test("columns that are gone, new or broken give a document or an error with a code", async (t) => {
  const folder = temporaryFolder(t);
  const rows = [
    ...shop,
    ["UPDATE sessions SET todos = '{ broken'"],
    ["UPDATE messages SET parts = 'broken' WHERE id = 'm3'"],
    [
      "UPDATE messages SET parts = NULL, role = NULL, model = NULL WHERE id = 'm6'",
    ],
  ];
  const loose = tables("readFiles").map(([sql]) => [
    sql.replaceAll(" NOT NULL", ""),
  ]);
  const changes = [
    ...[
      "title",
      "cost",
      "created_at",
      "parent_session_id",
      "todos",
      "summary_message_id",
      "id",
    ].map((name) => `sessions DROP COLUMN ${name}`),
    ...[
      "role",
      "parts",
      "model",
      "created_at",
      "finished_at",
      "provider",
      "is_summary_message",
    ].map((name) => `messages DROP COLUMN ${name}`),
    "messages RENAME COLUMN session_id TO of_session",
    "sessions ADD COLUMN colour TEXT",
    "files DROP COLUMN version",
  ].map((change) => `ALTER TABLE ${change}`);
  changes.push(
    "UPDATE messages SET created_at = 'noon', finished_at = x'ff00', parts = CAST(parts AS BLOB)",
    "UPDATE sessions SET created_at = 1e300, cost = 'much', prompt_tokens = -5, title = x'ff'",
    "UPDATE sessions SET parent_session_id = id",
    "DELETE FROM messages",
  );
  for (const [number, change] of changes.entries()) {
    const store = join(folder, `${number}.db`);
    // A column of a key cannot be dropped.
    const made = change.endsWith("COLUMN id")
      ? [
          ...loose.map(([sql]) => [
            sql.replace("id TEXT PRIMARY KEY", "id TEXT"),
          ]),
        ]
      : loose;
    writeDatabase(store, [
      ...made,
      ...rows,
      ["DROP INDEX idx_messages_session_id"],
      [change],
    ]);
    for (const format of formats) {
      try {
        assert.ok(shown(store, "0aa1", { format }).length > 0);
      } catch (error) {
        assert.match(
          error.code ?? error.message,
          /^ERR_(STORE|SESSION)_/,
          change,
        );
      }
    }
    await listSessions(store).catch(({ code }) => assert.match(code, /^ERR_/));
  }
});

test("parts that were changed give a document", (t) => {
  const next = numbers();
  const folder = temporaryFolder(t);
  const of = (name, value) =>
    JSON.stringify(changed(JSON.parse(value), next)) ?? name;
  const rounds = Array.from({ length: 60 }, (_, round) => {
    const named = (id) => `${id}-${round}`;
    return [
      sessionRow({ id: named("s"), created: start + round }),
      ...shop
        .filter(([sql]) => sql.startsWith("INSERT INTO messages"))
        .map(([sql, id, , role, parts, ...rest]) => [
          ...[sql, named(id), named("s"), role, of("[]", parts), ...rest],
        ]),
    ];
  });
  const store = writeProject(folder, rounds.flat());
  for (let round = 0; round < rounds.length; round += 1)
    for (const format of formats)
      assert.ok(
        shown(store, `s-${round}`, { format, tools: "full" }).length > 0,
      );
});

test("a database of another program with such tables is called none", async (t) => {
  const store = join(temporaryFolder(t), "web.db");
  writeDatabase(store, [
    ["CREATE TABLE sessions (sid TEXT)"],
    ["CREATE TABLE messages (body TEXT)"],
    insert("messages", { body: "Hello" }),
  ]);
  await assert.rejects(listSessions(store), {
    code: "ERR_STORE_UNREADABLE",
    message: /not one of OpenCode/,
  });
});
