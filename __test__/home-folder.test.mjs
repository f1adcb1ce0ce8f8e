// The home folder is `~` wherever a document shows it, and nothing else is.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import {
  addon,
  fixed,
  random,
  root,
  sessionOf,
  textPart,
  userMessage,
} from "./support.mjs";

const fixture = (name) =>
  readFileSync(join(root, "__test__/fixtures/home", `${name}.json`), "utf8");

const formats = ["markdown", "html", "json"];

const exported = (session, options) =>
  addon.exportSession(session, { ...fixed, ...options });

/** What is shown of a text in a session of a folder. */
const shown = (directory, text) => {
  const session = sessionOf([userMessage(textPart(text))], { directory });
  const { messages } = JSON.parse(exported(session, { format: "json" }));
  return messages[0].parts[0].text;
};

const says = /home folder is shown as/;

test("the home folder /root breaks no address, no other path and no route", () => {
  const session = fixture("root").replace("{password}", random(12));
  const text = exported(session);
  for (const kept of [
    "mysql://root@localhost:3306/app",
    "postgres://root:[redacted:url-password#1]@db/app",
    "ssh://root@192.0.2.5/srv",
    "git clone ssh://root@git.example/x.git",
    "s3://root/x",
    "C:/root/x",
    "../root/x",
    "location /root {",
    'router.get("/root/:id")',
  ]) {
    assert.ok(text.includes(`\`${kept}\``), kept);
  }
  assert.match(text, /^\| Folder\s+\| ~\/acme/m);
});

test("a route of the same letters as the home folder is no folder", () => {
  for (const text of [
    "location /root {",
    "GET /root",
    "POST /root/login HTTP/1.1",
    "app.get('/root')",
    "app.get('/root', (request, response) => response.end())",
    "@app.route('/root/items')",
    'fetch("/root/items")',
    '<a href="/root">',
    "the route `/root`",
    "http://localhost:3000/root",
    "\\root{3}",
  ]) {
    assert.equal(shown("/root/acme", text), text);
  }
  for (const [text, expected] of [
    ["cd /root", "cd ~"],
    ["HOME=/root", "HOME=~"],
    ["ls /root/x", "ls ~/x"],
    ['"/root/project/a.ts"', '"~/project/a.ts"'],
    ['{"cwd":"/root"}', '{"cwd":"~"}'],
    ["/root", "~"],
    ["WORKDIR /root", "WORKDIR ~"],
    ["docker run -v /root:/data x", "docker run -v ~:/data x"],
  ]) {
    assert.equal(shown("/root/acme", text), expected);
  }
  // Two names are a folder wherever they stand.
  assert.equal(shown("/home/ada/x", "GET /home/ada"), "GET ~");
});

test("a home folder without its slash or drive is ~ in every format", () => {
  const session = fixture("relative");
  for (const format of formats) {
    const text = exported(session, { format, tools: "full" });
    assert.doesNotMatch(text, /Users[\\/]+ada/, format);
  }
  const text = exported(session, { tools: "full" });
  assert.match(text, /\*\*Apply patch\*\* `~\/shop\/notes\.md`/);
  assert.match(text, /^A ~\/shop\/notes\.md$/m);
});

test("git's two sides of a change hide no home folder", () => {
  const diff = [
    "diff --git a/home/ada/shop/x.js b/home/ada/shop/x.js",
    "--- a/home/ada/shop/x.js",
    '+++ "b/home/ada/shop/x y.js"',
  ].join("\n");
  assert.equal(
    shown("/home/ada/shop", diff),
    diff.replaceAll("/home/ada", "/~"),
  );
  const folder = "src/b/home/ada data/home/ada";
  assert.equal(shown("/home/ada/shop", folder), folder);
  assert.equal(
    shown("C:\\Users\\ada\\shop", "+++ b/Users/ada/shop/x.js"),
    "+++ b/~/shop/x.js",
  );
});

test("the head tells of the home folder only where the document shows one", () => {
  assert.doesNotMatch(exported(fixture("none")), says);
  assert.match(exported(fixture("relative")), says);
  const tool = (input, output) => ({
    type: "tool",
    tool: "bash",
    state: {
      status: "completed",
      input,
      output,
      title: "",
      metadata: {},
      time: { start: 1, end: 2 },
    },
  });
  const session = (...parts) =>
    sessionOf([userMessage(...parts)], { directory: "/srv/shop" });
  // The home folder of this user is known, wherever the session is.
  const home = join(homedir(), "a.txt");
  const hidden = session(
    tool({ command: "pwd" }, `in ${home}`),
    { type: "reasoning", text: `see ${home}`, time: { start: 1 } },
    textPart("about 5 minutes, ~5"),
  );
  for (const format of ["markdown", "html"]) {
    assert.doesNotMatch(exported(hidden, { format }), says, format);
    assert.match(exported(hidden, { format, tools: "full" }), says, format);
    assert.match(exported(hidden, { format, reasoning: true }), says, format);
  }
  assert.match(exported(session(tool({ command: `ls ${home}` }, ""))), says);
  assert.match(exported(session(textPart(`see ${home}`))), says);
  const json = (options) => exported(hidden, { format: "json", ...options });
  assert.match(json(), /"homeFolder": true/);
  assert.match(json({ tools: "none" }), /"homeFolder": false/);
});
