// Own patterns and words to keep, from outside: in the API, in every format, and in what a hostile session holds.
import assert from "node:assert/strict";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  addon,
  failure,
  fixed,
  githubToken,
  random,
  session,
  sessionOf,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";
import { database, message, sessionRows, tables } from "./stores.mjs";

const { exportSession, redactText, suggestFileName, writeExport } = addon;
const formats = ["markdown", "html", "json"];
const ticket = { id: "ticket", pattern: "\\bACME-[0-9]+" };

/** A session of texts and one call of a tool. */
const sessionWith = (texts, { input = {}, output = "", ...info } = {}) =>
  sessionOf(
    [
      userMessage(...texts.map(textPart), {
        id: "prt_tool",
        type: "tool",
        tool: "bash",
        state: { status: "completed", input, output },
      }),
    ],
    info,
  );

const shown = (session, options) =>
  exportSession(session, { ...fixed, tools: "full", ...options });

for (const format of formats) {
  test(`an own pattern is redacted in ${format}, in every field, with its id`, () => {
    const stored = sessionWith(["See ACME-1 and ACME-22."], {
      input: { command: "show ACME-333", "ACME-4": "x" },
      output: '{"a":"ACME-55"} ACME-1',
      title: "Fix ACME-666",
    });
    const document = shown(stored, { format, redactPatterns: [ticket] });
    assert.doesNotMatch(document, /ACME-\d/);
    assert.match(document, /redacted:ticket#1/);
    assert.match(document, /ticket/);
    // The same value has the same placeholder.
    assert.equal(document.match(/ticket#7/), null);
    if (format === "json") {
      const { redaction } = JSON.parse(document).exported;
      assert.deepEqual(redaction.rules, [
        { rule: "ticket", values: 6, places: 7 },
      ]);
      assert.equal("kept" in redaction, false);
    }
  });

  test(`a kept word stays in ${format}, which says how many and not which`, () => {
    const kept = [githubToken(1), `Walnut_${random(9)}`, "never-seen-1234"];
    const other = githubToken(2);
    const stored = sessionWith([`${kept[0]} ${other}`], {
      input: { env: { DB_PASSWORD: kept[1] } },
      output: `DB_PASSWORD=${kept[1]}`,
    });
    const document = shown(stored, { format, keep: kept });
    for (const word of kept.slice(0, 2)) assert.ok(document.includes(word));
    assert.ok(!document.includes(other) && !document.includes("never-seen"));
    assert.doesNotMatch(document, /named-secret/);
    if (format === "json")
      assert.equal(JSON.parse(document).exported.redaction.kept, 2);
    else assert.match(document, /2 values that look like secrets are shown/);
  });
}

test("a kept token does not fail the last look, however the document writes it", () => {
  const part = (seed) => random(20, seed);
  const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ${part(1)}.${part(2)}_${part(3)}-_`;
  const texts = [jwt, `**${jwt}**`, `https://example.com/#${jwt}|`, "`" + jwt];
  for (const format of formats) {
    const stored = sessionWith(texts, { output: jwt, title: jwt });
    assert.throws(() => {
      // It is a secret without the wish.
      assert.ok(shown(stored, { format }).includes(jwt));
    });
    const document = shown(stored, { format, keep: [jwt] });
    assert.doesNotMatch(document, /redacted:jwt/);
  }
});

test("a longer value that holds a kept word is redacted whole", () => {
  const token = githubToken(3);
  const key = [
    "-----BEGIN " + "PRIVATE KEY-----",
    random(64, 4),
    random(64, 5),
    "-----END " + "PRIVATE KEY-----",
  ];
  const text = `token=${token} ${key.join("\n")} password: "Granite47x!"`;
  const { text: redacted } = redactText(text, {
    keep: [
      token.slice(0, 20),
      key[1],
      key[0],
      "Granite47x",
      "PRIVATE KEY",
      "!",
    ],
  });
  for (const word of [token.slice(4, 30), key[1], key[2], "Granite47x"])
    assert.ok(!redacted.includes(word), word);
});

test("keep brings nothing back that terms and own patterns take", () => {
  const word = `Walnut${random(9)}`;
  const text = `password=${word}\nstaff no. ${word}\nplain ${word}`;
  const keep = [word];
  const kept = redactText(text, { keep });
  assert.deepEqual(kept, { text, redactions: [] });
  for (const options of [
    { redactTerms: [word] },
    { redactPatterns: [{ id: "staff", pattern: "staff no\\. (\\w+)" }] },
    { redactPatterns: [{ id: "staff", pattern: "(?i)WALNUT\\w+" }] },
    { redact: "off", redactTerms: [word] },
  ]) {
    const { text: redacted } = redactText(text, { keep, ...options });
    assert.ok(!redacted.includes(word), redacted);
    const document = shown(
      sessionWith([text], { input: { password: word }, title: word }),
      { keep, ...options },
    );
    assert.ok(!document.includes(word), document);
    assert.doesNotMatch(document, /asked to keep/);
  }
});

test("keep spares values of every kind of rule", () => {
  const strict = { redact: "strict" };
  for (const [value, text, options] of [
    ["help@acme.test", "write to help@acme.test", strict],
    ["10.1.2.3", "ping 10.1.2.3", strict],
    ["/srv/acme/app", "in /srv/acme/app", strict],
    ["correct horse 9", 'password = "correct horse 9"'],
    [random(16, 12), `{"a":"{\\"password\\":\\"${random(16, 12)}\\"}"}`],
    [random(16, 13), `postgres://app:${random(16, 13)}@db.acme.test/x`],
    [random(16, 14), `The password is ${random(16, 14)}.`],
    [random(16, 15), `mysql -u app -p${random(16, 15)} db`],
  ]) {
    assert.notEqual(redactText(text, options).text, text, text);
    const kept = redactText(text, { ...options, keep: [value] });
    assert.equal(kept.text, text);
    const other = redactText(text, { ...options, keep: [value.slice(1)] });
    assert.notEqual(other.text, text, text);
  }
});

test("a kept value is not learnt, and another of the same rule is", () => {
  const [kept, other] = [random(16, 6), random(16, 7)];
  const text = `A_SECRET=${kept}
B_SECRET="${other}"
${kept} ${other}`;
  const { text: redacted } = redactText(text, { keep: [kept] });
  assert.equal(redacted.split(kept).length, 3);
  assert.ok(!redacted.includes(other));
});

test("the first group is what is redacted, and found again elsewhere", () => {
  const value = random(12, 8);
  const redactPatterns = [{ id: "staff", pattern: "staff no\\. (\\w+)" }];
  const { text, redactions } = redactText(
    `staff no. ${value}, base64 ${Buffer.from(`x${value}yy`).toString("base64")}, ${value}`,
    { redactPatterns },
  );
  assert.match(
    text,
    /^staff no\. \[redacted:staff#1\], base64 .*, \[redacted:staff#1\]$/,
  );
  assert.ok(!text.includes(value));
  assert.equal(redactions[0].rule, "staff");
});

test("own patterns act at every level, and leave placeholders whole", () => {
  const token = githubToken(9);
  const text = `ticket ACME-12 ${token} end`;
  for (const redact of ["off", "secrets", "strict"]) {
    const options = { redact, redactPatterns: [ticket] };
    assert.doesNotMatch(redactText(text, options).text, /ACME/);
  }
  const all = { redactPatterns: [{ id: "letters", pattern: "[a-z]+|[0-9]" }] };
  const once = redactText(text, all).text;
  assert.doesNotMatch(
    once.replace(/\[redacted:[a-z-]+(#\d+)?\]/g, ""),
    /[a-z0-9]/,
  );
  assert.equal(redactText(once, all).text, once);
  const line = { redactPatterns: [{ id: "line", pattern: "ticket (.*)" }] };
  assert.equal(redactText(text, line).text, "ticket [redacted:line#1]");
  // A pattern that counts takes no more than it counts.
  const nine = { redactPatterns: [{ id: "nine", pattern: "id (.{9})" }] };
  assert.equal(
    redactText("id 123456789 and more words", nine).text,
    "id [redacted:nine#1] and more words",
  );
});

test("a placeholder that a session brings along hides nothing from an own pattern", () => {
  const line = { redactPatterns: [{ id: "line", pattern: "ticket (.*)" }] };
  const text = "ticket [redacted:line#1] Walnut [redacted:x#1]";
  assert.doesNotMatch(redactText(text, line).text, /Walnut/);
});

test("no id or pattern of another form is taken, and no error quotes one", async () => {
  const long = "a".repeat(41);
  const ids = ["", "A", "a b", "a]b", "<b>", "a_b", "-a", "a\nb", "é", long];
  const wrong = [
    ...ids.map((id) => [[{ id, pattern: "x" }], /number 1 cannot be used/]),
    [[ticket, { ...ticket, pattern: "y" }], /"ticket" .*two of that id/],
    [[{ id: "github-token", pattern: "x" }], /"github-token" .*a rule of/],
    [[{ id: "redact-term", pattern: "x" }], /a rule of/],
    [[{ id: "a", pattern: "walnut(" }], /"a" cannot be used: unclosed group/],
    [[{ id: "a", pattern: "(?=walnut)" }], /look-around/],
    [[{ id: "a", pattern: "(walnut)\\1" }], /back-?references/],
    [[{ id: "a", pattern: "(walnut)?" }], /matches the empty text/],
    [[{ id: "a", pattern: "" }], /matches the empty text/],
    [[{ id: "a", pattern: "walnut{100000}" }], /too large/],
    [[{ id: "a", pattern: "walnut".repeat(1000) }], /longer than/],
    [[{ id: "a" }], /must be an array of at most 64 objects/],
    [[{ ...ticket, walnut: 1 }], /must be an array/],
    [Array(65).fill(ticket), /must be an array/],
    ["walnut", /must be an array/],
  ];
  const calls = (options) => [
    () => redactText("walnut", options),
    () => exportSession(session("typical"), options),
    () => suggestFileName(session("typical"), options),
    () => writeExport("/nowhere/a.md", session("typical"), options),
  ];
  for (const [redactPatterns, expected] of wrong)
    for (const call of calls({ redactPatterns })) {
      const error = await failure(call);
      assert.equal(error.code, "ERR_INVALID_OPTION");
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /walnut/);
    }
  for (const keep of [
    "walnut",
    [1],
    [""],
    ["walnut".repeat(1000)],
    Array(1001).fill("a"),
  ])
    for (const call of calls({ keep }))
      assert.match(
        (await failure(call)).message,
        /^"keep" must be an array of/,
      );
});

test("a file name and a report know own patterns and kept words", async (t) => {
  const stored = sessionWith([githubToken(10)], { title: "Fix ACME-77 now" });
  const options = {
    ...fixed,
    redactPatterns: [ticket],
    keep: [githubToken(10)],
  };
  assert.doesNotMatch(suggestFileName(stored, options), /77/);
  const path = join(temporaryFolder(t), "a.md");
  const report = await writeExport(path, stored, options);
  assert.equal(report.kept, 1);
  assert.deepEqual(
    report.redactions.map(({ rule }) => rule),
    ["ticket"],
  );
  assert.doesNotMatch(readFileSync(path, "utf8"), /ACME-77/);
});

test("a long session from a store is the same by any way", async (t) => {
  const kept = githubToken(11);
  const messages = Array.from({ length: 120 }, (_, i) =>
    message(
      i,
      `ACME-${i % 7} and ${i % 2 ? kept : "words"} ${"x ".repeat(2000)}`,
    ),
  );
  const rows = {
    id: "ses_long",
    title: "ACME-1",
    directory: "/work/acme",
    version: "1",
  };
  const info = { ...rows, time: { created: 1, updated: 1 } };
  const store = database(t, [...tables, ...sessionRows({ info, messages })]);
  const options = { ...fixed, redactPatterns: [ticket], keep: [kept] };
  const asked = { sessionID: "ses_long", store };
  const text = exportSession(asked, options);
  const path = join(temporaryFolder(t), "a.md");
  const { kept: count } = await writeExport(path, asked, options);
  assert.equal(readFileSync(path, "utf8"), text);
  assert.equal(count, 1);
  assert.doesNotMatch(text, /ACME-\d/);
  assert.equal(text.split(kept).length, 61);
});

test("hostile text takes time that is linear in it", () => {
  const redactPatterns = [
    { id: "spaces", pattern: "\\s(\\s*x)?" },
    { id: "block", pattern: "(?s)BEGIN.*?END" },
    { id: "nested", pattern: "(?:a+)+b" },
  ];
  const time = (repeats) => {
    const text = `${"BEGIN ".repeat(repeats)}${"a".repeat(repeats)}`;
    const started = performance.now();
    redactText(text, { redactPatterns });
    return performance.now() - started;
  };
  time(1000);
  const [short, long] = [time(10_000), time(80_000)];
  // 8 times the text: 64 times the time would be its square.
  assert.ok(long < 32 * Math.max(short, 20), `${short} ms, ${long} ms`);
});
