// Paths that only some systems know, or take for the same: long ones, those of drives and servers of Windows, names that
// differ in case or in Unicode form.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, parse } from "node:path";
import test from "node:test";
import { run } from "./command.mjs";
import { database, message, sessionRows, tables } from "./stores.mjs";
import {
  addon,
  afterwards,
  failure,
  fixed,
  root,
  session,
  sessionText,
  temporaryFolder,
} from "./support.mjs";

const windows = process.platform === "win32";
const typical = session("typical");
const url = `data:text/plain;base64,${Buffer.from("note").toString("base64")}`;
const withNotes = (...names) => ({
  info: { id: "ses_1", title: "T", time: { created: 1 } },
  messages: [
    {
      info: { id: "msg_1", role: "user", time: { created: 1 } },
      parts: names.map((filename) => ({
        ...{ type: "file", mime: "text/plain", filename, url },
      })),
    },
  ],
});

const storeOf = (t) =>
  database(t, [
    ...tables,
    ...sessionRows({
      info: { id: "ses_1", title: "Test", time: { created: 1 } },
      messages: [message(1, "Text in a store.")],
    }),
  ]);

/** A folder whose path has more than 259 characters, which is as many as Windows takes as they are. */
function longFolder(t) {
  let folder = temporaryFolder(t);
  while (folder.length < 300) folder = join(folder, "x".repeat(30));
  mkdirSync(folder, { recursive: true });
  return folder;
}

test("a path of more than 259 characters is written, replaced and verified", async (t) => {
  const folder = longFolder(t);
  const path = join(folder, "a.md");
  const input = withNotes("note.txt");
  const options = { ...fixed, attachments: "extract" };
  await addon.writeExport(path, input, options);
  const again = await failure(() => addon.writeExport(path, input, options));
  assert.equal(again.code, "ERR_EXISTS");
  await addon.writeExport(path, input, { ...options, overwrite: true });
  assert.equal((await addon.verifyExport(path)).intact, true);
  assert.deepEqual(readdirSync(folder).sort(), ["a.md", "a_files"]);
  assert.equal(readdirSync(join(folder, "a_files")).length, 1);
  const prepared = await addon.prepareExport(input, fixed);
  await prepared.save(join(folder, "b.md"));
  prepared.dispose();
  assert.equal(existsSync(join(folder, "b.md")), true);
});

test("a path that is long only with what is written beside it", async (t) => {
  const folder = temporaryFolder(t);
  const length = 255 - folder.length - 1 - ".md".length;
  const path = join(folder, `${"y".repeat(length)}.md`);
  await addon.writeExport(path, typical, fixed);
  await addon.writeExport(path, typical, { ...fixed, overwrite: true });
  assert.deepEqual(readdirSync(folder), [basename(path)]);
});

test("a store at a path of more than 259 characters is read", async (t) => {
  const store = join(longFolder(t), "opencode.db");
  copyFileSync(storeOf(t), store);
  const [listed] = await addon.listSessions(store);
  assert.equal(listed.sessionID, "ses_1");
  const text = addon.exportSession({ sessionID: "ses_1", store }, fixed);
  assert.match(text, /Text in a store\./);
  assert.deepEqual(readdirSync(dirname(store)), ["opencode.db"]);
});

const onlyWindows = !windows && "only Windows has drives and servers in paths";

/** Forms of a path on Windows that lead to the same file. */
function formsOf(path) {
  const server = `\\\\localhost\\${path[0]}$${path.slice(2)}`;
  return [
    path.replaceAll("\\", "/"),
    `\\\\?\\${path}`,
    ...(existsSync(server) ? [server, server.replaceAll("\\", "/")] : []),
  ];
}

test(
  "a path with a drive or a server is the same file in every form",
  {
    skip: onlyWindows,
  },
  async (t) => {
    const folder = temporaryFolder(t);
    for (const [index, form] of formsOf(folder).entries()) {
      const name = `${index}.md`;
      const path = form.includes("/") ? `${form}/${name}` : `${form}\\${name}`;
      await addon.writeExport(path, withNotes("note.txt"), {
        ...fixed,
        attachments: "extract",
      });
      assert.equal((await addon.verifyExport(path)).intact, true, path);
      assert.ok(readdirSync(folder).includes(name), path);
    }
    for (const store of formsOf(storeOf(t))) {
      const listed = await addon.listSessions(store);
      assert.equal(listed.length, 1, store);
    }
  },
);

test(
  "a path that is relative to a drive is in that drive's working folder",
  {
    skip: onlyWindows,
  },
  (t) => {
    const folder = temporaryFolder(t);
    const drive = folder.slice(0, 2);
    const code = `require(${JSON.stringify(root)}).writeExport("${drive}a.md", ${JSON.stringify(withNotes())})`;
    const { status, stderr } = spawnSync(process.execPath, ["-e", code], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    writeFileSync(join(folder, "session.json"), sessionText("typical"));
    for (const output of [drive, `${drive}b.md`]) {
      const done = run([`${drive}session.json`, "-o", output], { cwd: folder });
      assert.equal(done.status, 0, done.stderr);
    }
    const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
    assert.equal(names.length, 3, names.join());
    assert.ok(names.includes("a.md") && names.includes("b.md"));
  },
);

test("a name of Windows that is no file is refused everywhere", async (t) => {
  const folder = temporaryFolder(t);
  for (const name of [
    "CON",
    "nul.md",
    "com1.html",
    "a:b.md",
    "a.md.",
    "a?.md",
  ]) {
    const path = `${folder}/${name}`;
    const error = await failure(() => addon.writeExport(path, typical, fixed));
    assert.equal(error.code, "ERR_INVALID_OPTION", name);
  }
  assert.deepEqual(readdirSync(folder), []);
});

test(
  "a file that is marked read-only is told as that, and stays",
  {
    skip:
      !windows &&
      process.platform !== "darwin" &&
      "elsewhere the rights of the folder say who may replace a file",
  },
  async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, "a.md");
    const mark = (isOn) =>
      windows
        ? chmodSync(path, isOn ? 0o444 : 0o666)
        : execFileSync("chflags", [isOn ? "uchg" : "nouchg", path]);
    writeFileSync(path, "before");
    mark(true);
    afterwards(t, () => mark(false));
    const error = await failure(() =>
      addon.writeExport(path, typical, { ...fixed, overwrite: true }),
    );
    mark(false);
    assert.equal(error.cause.code, "EPERM");
    assert.match(
      error.message,
      /\(it is marked read-only\): EPERM\. Take that mark off it, or choose another name\. Nothing was left behind\.$/,
    );
    assert.equal(readFileSync(path, "utf8"), "before");
    assert.deepEqual(readdirSync(folder), ["a.md"]);
  },
);

/** A reason to skip where the file system tells two names apart. */
function unlessSame(t, one, other) {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, one), "");
  if (existsSync(join(folder, other))) return false;
  t.skip(`this file system tells ${one} and ${other} apart`);
  return true;
}

const nfc = "Caf\u00e9";
const nfd = "Cafe\u0301";

for (const [kind, one, other] of [
  ["case", "Log.md", "lOG.MD"],
  ["Unicode form", `${nfc}.md`, `${nfd}.md`],
]) {
  test(`a name that differs in ${kind} is the same file where the system says so`, async (t) => {
    if (unlessSame(t, one, other)) return;
    const folder = temporaryFolder(t);
    const input = withNotes("note.txt", "NOTE.txt", nfc, nfd);
    const options = { ...fixed, attachments: "extract" };
    await addon.writeExport(join(folder, one), input, options);
    const again = join(folder, other);
    const error = await failure(() => addon.writeExport(again, input, options));
    assert.equal(error.code, "ERR_EXISTS");
    await addon.writeExport(again, input, { ...options, overwrite: true });
    assert.equal(readdirSync(folder).length, 2);
    const attachments = readdirSync(join(folder, `${parse(one).name}_files`));
    assert.equal(attachments.length, 4);
  });
}

test("names of attachments and sessions that differ in case or form only are told apart", async (t) => {
  const folder = temporaryFolder(t);
  const names = ["a.txt", "A.txt", `${nfc}.txt`, `${nfd}.txt`];
  await addon.writeExport(join(folder, "a.md"), withNotes(...names), {
    ...fixed,
    attachments: "extract",
  });
  const folded = (name) => name.normalize("NFC").toLowerCase();
  const written = readdirSync(join(folder, "a_files")).map(folded);
  assert.equal(new Set(written).size, 4);
  const titles = ["Plan", "PLAN", nfc, nfd];
  const rows = titles.flatMap((title, index) =>
    sessionRows({
      info: { id: `ses_${index}`, title, time: { created: 1795333600000 } },
      messages: [message(index, "Text.")],
    }),
  );
  const store = database(t, [...tables, ...rows]);
  const output = join(folder, "all");
  const { status, stderr } = run(["--all", "--store", store, "-o", output]);
  assert.equal(status, 0, stderr);
  const documents = readdirSync(output).filter((name) => name.endsWith(".md"));
  assert.equal(new Set(documents.map(folded)).size, 4);
});

test("a store that a variable names in other letters is listed once", async (t) => {
  const home = temporaryFolder(t);
  const data = join(home, ".local", "share", "opencode");
  mkdirSync(data, { recursive: true });
  copyFileSync(storeOf(t), join(data, "opencode.db"));
  if (unlessSame(t, "opencode.db", "OPENCODE.DB")) return;
  const code = `console.log(JSON.stringify(require(${JSON.stringify(root)}).findStores()))`;
  const env = { ...process.env, HOME: home, USERPROFILE: home, APPDATA: home };
  env.OPENCODE_DB = join(data, "OpenCode.DB");
  delete env.XDG_DATA_HOME;
  const { stdout } = spawnSync(process.execPath, ["-e", code], {
    encoding: "utf8",
    env,
  });
  assert.equal(JSON.parse(stdout).length, 1, stdout);
});

test("the paths of stores that are found are written as the system writes them", (t) => {
  const home = temporaryFolder(t);
  const copy = (...folders) => {
    const store = join(home, ...folders);
    mkdirSync(dirname(store), { recursive: true });
    copyFileSync(storeOf(t), store);
    return store;
  };
  const expected = [
    copy(".local", "share", "opencode", "opencode.db"),
    copy(".local", "share", "pawwork", "pawwork.db"),
  ];
  const code = `console.log(JSON.stringify(require(${JSON.stringify(root)}).findStores()))`;
  const env = { ...process.env, HOME: home, USERPROFILE: home, APPDATA: home };
  for (const name of ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "OPENCODE_DB"])
    delete env[name];
  const { stdout } = spawnSync(process.execPath, ["-e", code], {
    encoding: "utf8",
    env,
  });
  const found = JSON.parse(stdout).map(({ path }) => path);
  assert.deepEqual(found, expected);
});
