// Redaction, from outside: a secret in any field is in no document, and healthy text is as it was.
import assert from "node:assert/strict";
import test from "node:test";
import {
  addon,
  failure,
  fixed,
  githubToken,
  random,
  sessionOf,
  textPart,
  userMessage,
} from "./support.mjs";
import { database, sessionRows, tables } from "./stores.mjs";

const { exportSession, redactText } = addon;
const everything = { ...fixed, tools: "full", diffs: "full", reasoning: true };

test("a token that only its neighbours give away does not fail an export", () => {
  // Each of them is one beside the word of the next message, which the document brings near.
  const tokens = [
    `s.${random(24)}`,
    `KEY${random(55)}`,
    `M${random(23)}.${random(6)}.${random(38)}`,
  ];
  for (const token of tokens) {
    const words = textPart("vault telnyx discord bot twilio");
    const messages = [userMessage(textPart(token)), userMessage(words)];
    const document = exportSession(sessionOf(messages), everything);
    assert.ok(document.includes("vault telnyx"));
  }
});

/** A session with a different token in every string, and in keys of objects. */
function seeded() {
  const tokens = [];
  const seed = () => {
    tokens.push(githubToken(tokens.length + 1));
    return tokens.at(-1);
  };
  const free = () => ({ [seed()]: seed(), list: [seed(), { deep: seed() }] });
  const time = { created: 1795333600000, completed: 1795333601000 };
  const file = () => ({
    type: "file",
    mime: seed(),
    filename: seed(),
    url: `file:///${seed()}`,
    source: free(),
    [seed()]: 1,
  });
  const tool = (status) => ({
    type: "tool",
    id: seed(),
    tool: seed(),
    callID: seed(),
    state: {
      status,
      input: free(),
      raw: seed(),
      output: seed(),
      title: seed(),
      error: seed(),
      metadata: { ...free(), sessionId: seed(), filediff: free() },
      attachments: [file()],
      future: free(),
    },
  });
  const error = () => ({
    name: seed(),
    data: { message: seed(), responseBody: seed(), responseHeaders: free() },
  });
  const diff = () => ({
    file: seed(),
    status: seed(),
    patch: seed(),
    before: seed(),
    after: seed(),
  });
  const part = (type, fields) => ({
    type,
    id: seed(),
    ...fields,
    future: free(),
  });
  const message = (role, parts) => ({
    info: {
      id: seed(),
      role,
      parentID: seed(),
      agent: seed(),
      providerID: seed(),
      modelID: seed(),
      variant: seed(),
      system: seed(),
      finish: seed(),
      error: error(),
      summary: { diffs: [diff()] },
      time,
      future: free(),
    },
    parts,
  });
  const info = {
    id: seed(),
    title: seed(),
    directory: `/work/${seed()}`,
    version: seed(),
    agent: seed(),
    parentID: seed(),
    slug: seed(),
    model: { providerID: seed(), id: seed(), variant: seed() },
    share: { url: `https://share.example.com/${seed()}`, secret: seed() },
    revert: { messageID: seed() },
    permission: [{ pattern: seed() }],
    metadata: free(),
    time,
  };
  const messages = [
    message("user", [
      part("text", { text: seed(), metadata: free() }),
      part("text", { text: seed(), synthetic: true }),
      file(),
      part("agent", { name: seed(), source: free() }),
      part("skill", { name: seed() }),
      part("subtask", {
        prompt: seed(),
        description: seed(),
        agent: seed(),
        command: seed(),
        status: seed(),
        result_text: seed(),
      }),
      part("compaction", { auto: true }),
      part("notice", { kind: seed() }),
      part(seed(), { text: seed() }),
      seed(),
    ]),
    message("assistant", [
      part("step-start", { snapshot: seed() }),
      part("reasoning", { text: seed() }),
      ...["pending", "running", "completed", "error", seed()].map(tool),
      part("patch", { hash: seed(), files: [seed()] }),
      part("snapshot", { snapshot: seed() }),
      part("retry", { attempt: 1, error: error() }),
      part("step-finish", { reason: seed(), snapshot: seed() }),
    ]),
    message(seed(), []),
    { type: "agent-switched", id: seed(), agent: seed() },
    { type: "model-switched", model: { id: seed(), providerID: seed() } },
    { type: "location-switched", location: { directory: seed() } },
    { type: "idle", outcome: seed() },
    { type: "compaction", status: seed(), summary: seed() },
    { type: "shell", command: seed(), output: seed(), status: seed() },
    {
      type: "assistant",
      content: [{ type: "tool", name: seed(), state: { input: seed() } }],
    },
  ];
  const session = {
    info,
    messages,
    todos: [{ content: seed(), status: seed(), priority: seed(), id: seed() }],
    diffs: [diff()],
    children: [
      sessionOf([message("user", [textPart(seed())])], {
        id: seed(),
        title: seed(),
      }),
    ],
    future: free(),
  };
  return { session, tokens };
}

test("a secret in any field of any kind of part is in no document", () => {
  const { session, tokens } = seeded();
  const withTokens = exportSession(session, { ...everything, redact: "off" });
  const shown = tokens.filter((token) => withTokens.includes(token));
  assert.ok(
    shown.length > 100,
    `only ${shown.length} of ${tokens.length} fields are shown at all`,
  );
  for (const options of [
    fixed,
    everything,
    { ...everything, redact: "strict", locale: "zh" },
    { ...everything, maxPartBytes: 30 },
    { ...everything, format: "json" },
    { ...everything, format: "json", jsonShape: "pawwork", redact: "strict" },
    { ...everything, format: "json", maxPartBytes: 30 },
  ]) {
    const document = exportSession(session, options);
    assert.deepEqual(
      tokens.filter((token) => document.includes(token)),
      [],
    );
    // Not even half of one.
    assert.deepEqual(
      tokens.filter((token) => document.includes(token.slice(4, 24))),
      [],
    );
  }
});

test("a value that was recognised once is redacted wherever else it stands", () => {
  const password = random(14, 99);
  const document = exportSession(
    sessionOf([
      userMessage(textPart(`I think it was ${password}, no?`)),
      userMessage(textPart(`DB_PASSWORD=${password}`)),
      userMessage(
        textPart(`As JSON: ${JSON.stringify(JSON.stringify({ p: password }))}`),
      ),
    ]),
    fixed,
  );
  assert.ok(!document.includes(password));
  assert.equal(document.split("[redacted:named-secret#1]").length, 4);
});

test("fields of tools are redacted by their name", () => {
  const state = {
    status: "completed",
    input: {
      apiKey: "plainword",
      headers: { Authorization: "x y z", cookie: "a=1" },
      tokens: 1234,
      key: "name",
    },
  };
  const document = exportSession(
    sessionOf([userMessage({ type: "tool", tool: "x", state })]),
    everything,
  );
  assert.ok(!document.includes("plainword"));
  assert.match(document, /"Authorization": "\[redacted:named-secret#\d\]"/);
  assert.match(document, /"cookie": "\[redacted:named-secret#\d\]"/);
  assert.match(document, /"tokens": 1234/);
  assert.match(document, /"key": "name"/);
});

test("a secret that invisible characters or colours split is whole when it is searched for", () => {
  const token = githubToken(42);
  for (const separator of [
    "\u200b",
    "\u00ad",
    "\u001b[31m",
    "\u2060",
    "\ufeff",
  ]) {
    const split = token.slice(0, 10) + separator + token.slice(10);
    const document = exportSession(
      sessionOf([userMessage(textPart(`use ${split} now`))]),
      fixed,
    );
    assert.match(document, /^use \[redacted:github-token#1\] now/m);
  }
});

test("a secret in an attachment's content is not shown with it", () => {
  const url = `data:text/plain;base64,${Buffer.from(githubToken(8)).toString("base64")}`;
  const document = exportSession(
    sessionOf([userMessage({ type: "file", mime: "text/plain", url })]),
    fixed,
  );
  assert.match(
    document,
    /Attachment \(text\/plain, 40 bytes, SHA-256 [0-9a-f]{12}…\)/,
  );
  assert.ok(!document.includes(url.slice(30)));
});

test("the head of the document counts what was redacted, and says when nothing was", () => {
  const text = `${githubToken(1)} ${githubToken(2)} ${githubToken(1)}`;
  const document = exportSession(
    sessionOf([userMessage(textPart(text))]),
    fixed,
  );
  assert.match(
    document,
    /- Redacted: github-token \(access token: 2 values in 3 places\)\./,
  );
  assert.match(
    exportSession(sessionOf([]), fixed),
    /- Redacted: no secret was recognised\./,
  );
  const off = exportSession(sessionOf([userMessage(textPart(text))]), {
    ...fixed,
    redact: "off",
  });
  assert.match(off, /- Redaction was off/);
  assert.ok(off.includes(text));
});

test("the home folder is ~, of this user and of the session's", () => {
  const home =
    process.platform === "win32" ? process.env.USERPROFILE : process.env.HOME;
  const document = exportSession(
    sessionOf(
      [userMessage(textPart(`see ${home}/a.txt and /home/robin/b.txt`))],
      {
        directory: "/home/robin/code",
      },
    ),
    fixed,
  );
  assert.match(document, /^see ~\/a\.txt and ~\/b\.txt/m);
  assert.match(document, /\| Folder \| ~\/code \|/);
});

test("a session cannot stop its own export by calling our words secrets", () => {
  const text = [
    'password="Conversation"',
    'secret="Sub-agent 1"',
    "token: 2026-11-22T07:46:40+00:00",
    "api_key: 2026-11-22",
    'client_secret="Redacted and left out"',
  ].join("\n\n");
  const child = sessionOf([], { id: "ses_child" });
  const document = exportSession(
    { ...sessionOf([userMessage(textPart(text))]), children: [child] },
    fixed,
  );
  assert.match(document, /password="\[redacted:named-secret#1\]"/);
  assert.match(document, /## Conversation/);
});

test("strict takes out addresses, paths and names too", () => {
  const text =
    "robin@example.com at 10.1.2.3 saw /etc/nginx/nginx.conf, said Robin";
  const session = sessionOf([userMessage(textPart(text))], {
    directory: "/home/robin/code",
  });
  const strict = exportSession(session, { ...fixed, redact: "strict" });
  for (const word of ["robin", "Robin", "example.com", "10.1.2.3", "nginx"]) {
    assert.ok(!strict.includes(word), word);
  }
  assert.ok(exportSession(session, fixed).includes(text));
});

test("healthy text is as it was", () => {
  const text = [
    "commit 3f786850e387550fdab836ed7e6dc881de23001b",
    "7f1d2c9a-4b1e-4f7e-9a57-1c2d3e4f5a6b",
    "ses_dfdc7ba45ffe28EN2spRGfXm93 msg_202384629001uKkbllvlV6eTjm",
    '"integrity": "sha512-3tSjmYnrLx5Q0wBvpZ0jVrCVMqZP0sKJdqJvuYQGqjbG9JmI8eTg=="',
    "const token: string = props.token",
    "key={item.id}",
    "process.env.OPENAI_API_KEY",
    "export API_KEY=${API_KEY}",
    "api_key: YOUR_API_KEY",
    "password: ********",
    "max_tokens: 4096",
    "postgres://report@localhost:5432/report",
    "Authorization: Bearer <token>",
    "-----BEGIN PUBLIC KEY-----",
  ].join("\n\n");
  const document = exportSession(
    sessionOf([userMessage(textPart(text))]),
    fixed,
  );
  assert.match(document, /no secret was recognised/);
});

test("redactText redacts what is no session, and says what", () => {
  const token = githubToken();
  const password = "Granite-7fX-Harbor";
  const log = `[info] login with admin / ${password}\r\n$ curl -u me:${password} https://example.com\r\n${token}\r\n`;
  const { text, redactions } = redactText(log);
  assert.ok(!text.includes(token) && !text.includes(password), text);
  assert.match(text, /\[redacted:github-token#1\]/);
  assert.deepEqual(
    redactions.map(({ rule, count, field }) => [rule, count, field]),
    [
      ["github-token", 1, "text"],
      ["named-secret", 2, "text"],
    ],
  );
  assert.ok(!JSON.stringify(redactions).includes(password));
  assert.equal(redactText(text).text, text);
});

test("redactText leaves a text without secrets as it is, to the byte", () => {
  for (const text of [
    "",
    "plain",
    "a\r\nb\f\u001b[31mred\u001b[0m\r\n",
    "é😀\u200b",
  ]) {
    assert.deepEqual(redactText(text), { text, redactions: [] });
  }
});

test("redactText takes the options of redaction, and no others", async () => {
  const text = "Acme Corp, jo@example.com";
  assert.equal(redactText(text).text, text);
  assert.doesNotMatch(
    redactText(text, { redactTerms: ["acme corp"] }).text,
    /Acme/,
  );
  assert.doesNotMatch(redactText(text, { redact: "strict" }).text, /jo@/);
  const token = githubToken();
  assert.equal(redactText(token, { redact: "off" }).text, token);
  for (const call of [
    () => redactText(5),
    () => redactText(),
    () => redactText("x", { tools: "full" }),
    () => redactText("x", { redact: "all" }),
  ]) {
    assert.equal((await failure(call)).code, "ERR_INVALID_OPTION");
  }
});

test("a name and its value in fields of their own are recognised in a tool's input", () => {
  const input = {
    env: [
      { name: "DB_PASSWORD", value: "Falcon7" },
      { name: "DB_HOST", value: "db.internal" },
    ],
  };
  const tool = {
    type: "tool",
    tool: "deploy",
    state: { status: "completed", input },
  };
  const text = exportSession(sessionOf([userMessage(tool)]), {
    ...fixed,
    tools: "full",
  });
  assert.ok(!text.includes("Falcon7"), text);
  assert.match(text, /db\.internal/);
});

test("a field whose name invisible characters split is the one that it looks like", (t) => {
  const input = {
    "pass\u200bword": "Falcon7",
    env: [
      { name: "DB_PASS\u2060WORD", value: "Falcon8" },
      { "na\u00adme": "DB_PASSWORD", value: "Falcon9" },
    ],
    "sho\u200bwn": "as it is",
    password: "Falcon5",
  };
  const tool = {
    id: "prt_1",
    type: "tool",
    tool: "deploy",
    state: { status: "completed", input },
  };
  const session = sessionOf([userMessage(tool)]);
  const store = database(t, [...tables, ...sessionRows(session)]);
  for (const source of [session, { sessionID: session.info.id, store }]) {
    const text = exportSession(source, everything);
    assert.ok(!text.includes("Falcon"), text);
    assert.match(text, /"password": "\[redacted:named-secret#1\]"/);
    assert.match(text, /"password_2": "\[redacted:named-secret#\d\]"/);
    assert.match(text, /"shown": "as it is"/);
  }
});

test("a long text that stands several times is cleaned and counted at each place", () => {
  const output = "\u200bat /home/jordan/work/a.js:1\n".repeat(100);
  const token = githubToken(9);
  const call = (output) => ({
    type: "tool",
    tool: "bash",
    state: {
      status: "completed",
      input: { command: "run" },
      output,
      metadata: { output },
    },
  });
  const messages = [
    userMessage(call(output), call(output)),
    userMessage(call(`${output}${token}`), call(output)),
  ];
  const session = sessionOf(messages, { directory: "/home/jordan/work" });
  const document = exportSession(session, { ...fixed, tools: "full" });
  assert.match(document, /\b800 control or invisible characters/);
  assert.equal(document.split("at ~/work/a.js:1").length - 1, 400);
  const json = exportSession(session, { ...fixed, format: "json" });
  assert.equal(json.split("at ~/work/a.js:1").length - 1, 800);
  assert.equal(json.split("[redacted:github-token#1]").length - 1, 2);
  assert.ok(!json.includes(token) && !json.includes("jordan"));
});

test("the document says that the home folder is ~ only where it is", () => {
  const shown = (directory, text) =>
    addon.exportSession(
      sessionOf([userMessage(textPart(text))], { directory }),
      fixed,
    );
  assert.doesNotMatch(shown("/workspace", "x"), /home folder is shown/);
  assert.match(shown("/home/ada/shop", "x"), /home folder is shown as `~`/);
  const json = (directory) =>
    addon.exportSession(
      sessionOf([userMessage(textPart("x"))], { directory }),
      { ...fixed, format: "json" },
    );
  assert.match(json("/workspace"), /"homeFolder": false/);
  assert.match(json("/home/ada"), /"homeFolder": true/);
});

test("the home folder root breaks no address, and home/name without its slash is ~", () => {
  const shown = (directory, text) =>
    addon.exportSession(
      sessionOf([userMessage(textPart(text))], { directory }),
      fixed,
    );
  const kept = "mysql://root@localhost ../root/x C:/root/x";
  assert.ok(shown("/root/acme", kept).includes(kept));
  assert.match(
    shown("C:\\Users\\ada\\shop", "A Users/ada/shop/b.md"),
    /A ~\/shop\/b\.md/,
  );
});

test("no tail of a token stays behind what nobody sees, a colour code or a line end", () => {
  const tail = "4Nt8Bm1Cw6Py3Hj5Df0GsAeUiOpQ7x2V9kL4tB8AA";
  const tokens = [
    ["sk-ant-api03-", "Qz7Lk2Vx9Rt4Bn8Mc1Wp6Yh3Jd5Fg0SaEuIoTq7Zx2Lv9Kr"],
    ["sk-proj-", "Qz7Lk2Vx9Rt4Bn8Mc1Wp6Yh3Jd5Fg0SaEuIoTq7Zx2Lv9Kr"],
    ["sk_live_", "Qz7Lk2Vx9Rt4Bn8Mc1Wp6Yh3"],
    ["ghp_", "R7mQ2xV9"],
    ["ya29.", "Qz7Lk2Vx9Rt4Bn8Mc1Wp6Yh3"],
  ];
  const gaps = [
    "\u200b",
    "\u00ad",
    "\u001b[0m\u001b[31m",
    "\0",
    "\u007f",
    "\u0007",
    "\u202e",
    "\u200e",
    "\\u200b",
    "\\u001b[0m",
    "\\x1b[0m",
    "-",
    "_",
  ];
  for (const [prefix, start] of tokens) {
    for (const gap of prefix === "ghp_"
      ? gaps.slice(0, -2)
      : [...gaps, "\n", "\r\n", "\\n"]) {
      const { text } = redactText(`the key ${prefix}${start}${gap}${tail} end`);
      assert.ok(
        !text.includes(tail.slice(-8)),
        JSON.stringify([prefix, gap, text]),
      );
      assert.ok(text.endsWith(" end"), JSON.stringify([prefix, gap, text]));
    }
  }
  const divided = redactText(
    `${tokens[0].join("")}${tail} ${tokens[0].join("")}\u00ad${tail}`,
  );
  assert.equal(
    divided.text,
    "[redacted:anthropic-key#1] [redacted:anthropic-key#1]",
  );
  const token = tokens.at(1).join("");
  for (const after of [
    "\nexport const Value2 = 1",
    "\u001b[0mDone",
    " --flag2",
    "-->",
    "\u200bword",
  ]) {
    const { text } = redactText(`the key ${token}${after}`);
    assert.ok(
      /(Value2 = 1|Done|--flag2|-->|word)$/.test(text),
      JSON.stringify(text),
    );
  }
});
