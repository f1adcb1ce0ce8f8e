// The store of Claude Code: homes, titles, lists, versions, files of long outputs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  readFileSync,
  readdirSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  answer,
  call,
  homeOf,
  json,
  lines,
  project,
  prompt,
  result,
  sessionID,
  shown,
  text,
  times,
  tools,
  underUser,
  user,
  write,
} from "./claude-code-store.mjs";
import { addon, fixed, root } from "./support.mjs";

const { listSessions, suggestFileName } = addon;
const formats = ["markdown", "html", "json"];

test("a long output is read from its file, and no other file is", () => {
  const output = (path) =>
    `<persisted-output>\nOutput too large (9KB). Full output saved to: ${path}\n\nPreview:\nrow 1\n</persisted-output>`;
  const records = (path) => [
    prompt("Run."),
    answer("m1", call("c1", "Bash", { command: "seq 9" })),
    result("c1", output(path), {
      toolUseResult: { stdout: "row 1", persistedOutputSize: 9000 },
    }),
  ];
  const name = join(sessionID, "tool-results/b1.txt");
  const home = homeOf(records(`/elsewhere/${sessionID}/tool-results/b1.txt`));
  write(home, name, "row 1\nrow 2 WHOLE\n");
  assert.equal(tools(json(home))[0].state.output, "row 1\nrow 2 WHOLE\n");
  for (const path of [
    "/etc/passwd",
    "../../secret.txt",
    `/x/${sessionID}/tool-results/link.txt`,
  ]) {
    const home = homeOf(records(path));
    const secret = write(home, "secret.txt", "OTHER file");
    write(home, name, "");
    symlinkSync(
      secret,
      join(project(home), sessionID, "tool-results/link.txt"),
    );
    const document = shown(home, { tools: "full" });
    assert.doesNotMatch(document, /OTHER file|root:/, path);
  }
});

test("titles: the user's own, then a model's, then the first prompt", async () => {
  const titleOf = async (records) => {
    const home = homeOf(records);
    const [listed] = await listSessions(home);
    assert.match(shown(home), new RegExp(`^# ${listed.title}$`, "m"));
    return listed.title;
  };
  const custom = { type: "custom-title", customTitle: "Kettle talk" };
  const made = { type: "ai-title", aiTitle: "Boiling water" };
  const command = user("<command-name>/clear</command-name>");
  const hello = prompt("Hello there");
  assert.equal(await titleOf([custom, hello, made]), "Kettle talk");
  assert.equal(await titleOf([hello, made]), "Boiling water");
  assert.equal(await titleOf([command, hello]), "Hello there");
  const named = { type: "summary", summary: "An old title", leafUuid: "u-1" };
  const other = { ...named, summary: "Of another", leafUuid: "else" };
  assert.equal(await titleOf([other, hello, named]), "An old title");
});

test("stores are found by CLAUDE_CONFIG_DIR, and a project or one log is a store too", async () => {
  const home = homeOf([prompt("Hello"), answer("m1", text("Hi."))]);
  write(home, "empty.jsonl", "");
  const script =
    "console.log(JSON.stringify(require(process.argv[1]).findStores()))";
  const found = execFileSync(process.execPath, ["-e", script, root], {
    env: { ...process.env, HOME: home, CLAUDE_CONFIG_DIR: home },
  });
  const store = JSON.parse(found).find(
    ({ product }) => product === "claude-code",
  );
  assert.deepEqual([store.path, store.generation], [home, 4]);
  const log = join(project(home), `${sessionID}.jsonl`);
  for (const path of [home, join(home, "projects"), project(home), log]) {
    const listed = await listSessions(path);
    assert.deepEqual(
      listed.map(({ sessionID, directory, title }) => [
        sessionID,
        directory,
        title,
      ]),
      [[sessionID, "/home/ada/work", "Hello"]],
      path,
    );
    assert.match(shown(path), /Hi\./);
  }
  const command = execFileSync(process.execPath, [
    join(root, "cli/main.mjs"),
    log,
    "-o",
    "-",
  ]);
  assert.match(`${command}`, /Hi\./);
});

test("a log of each version is read", () => {
  const folder = join(root, "__test__/fixtures/claude-code");
  const answers = {
    "1.0.44": "OLDDONE1x.",
    "2.0.30": "OLDDONE1x.",
    "2.1.200": "OLDDONE1x.",
    "2.1.332": "ALLDONE5 by another model.",
  };
  assert.deepEqual(
    readdirSync(folder).sort(),
    Object.keys(answers).map((it) => `${it}.jsonl`),
  );
  for (const [version, words] of Object.entries(answers)) {
    const store = join(folder, `${version}.jsonl`);
    for (const format of formats) {
      const document = shown(store, { format }, version);
      assert.equal(times(document, words) > 0, true, `${version} ${format}`);
    }
    const document = shown(store, {}, version);
    assert.match(document, new RegExp(`Claude Code ${version}`));
    assert.doesNotMatch(
      underUser(document),
      /Caveat|local-command|system-reminder/,
    );
  }
});

test("a log that grows while it is exported does no harm", async () => {
  const home = homeOf([prompt("One?"), answer("m1", text("First."))]);
  const path = join(project(home), `${sessionID}.jsonl`);
  const out = join(home, "out.md");
  const grown = addon.writeExport(out, { sessionID, store: home }, fixed);
  appendFileSync(
    path,
    lines([prompt("Later?")])
      .join("")
      .replaceAll('"u-', '"l-'),
  );
  await grown;
  assert.match(readFileSync(out, "utf8"), /First\./);
});

test("a title that an old version wrote into another log is found", async () => {
  const other = "99999999-2222-4333-8444-555555555555";
  const old = { version: "2.0.30" };
  const home = homeOf([user("Which tea?"), answer("m1", text("Green."))], old);
  const titles = [
    { type: "summary", summary: "Choice of tea", leafUuid: "u-1" },
    { type: "summary", summary: "Nobody's", leafUuid: "x-9" },
  ];
  const log = lines([user("And milk?", { uuid: "o-1" })], {
    sessionId: other,
    ...old,
  });
  write(
    home,
    `${other}.jsonl`,
    [...titles.map((it) => `${JSON.stringify(it)}\n`), ...log].join(""),
  );
  const title = async (id) =>
    (await listSessions(home)).find(({ sessionID }) => sessionID === id).title;
  assert.match(shown(home), /^# Choice of tea\n/);
  assert.equal(await title(sessionID), "Choice of tea");
  assert.equal(await title(other), "And milk?");
  assert.match(
    suggestFileName({ sessionID, store: home }),
    /Choice of tea\.md$/,
  );
  // A log that holds titles alone is no session.
  write(home, `${other}.jsonl`, `${JSON.stringify(titles[0])}\n`);
  assert.equal(await title(sessionID), "Choice of tea");
  assert.equal((await listSessions(home)).length, 1);
});

test("a log of the same session in another project that holds something else is told of", () => {
  const home = homeOf([prompt("Which tea?"), answer("m1", text("Green."))]);
  const elsewhere = (records) =>
    write(
      home,
      `../-home-ada-other/${sessionID}.jsonl`,
      lines(records).join(""),
    );
  elsewhere([prompt("Which tea?")]);
  assert.doesNotMatch(shown(home), /log-in-another-folder/);
  elsewhere([prompt("?", { cwd: "/" }), answer("m9", text("!"))]);
  assert.match(shown(home), /by their types: \*\*log-in-another-folder 1\*\*/);
});
