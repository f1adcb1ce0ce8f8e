// What a session tells of a text: its file, its command, its language. And what tools put before lines.
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

const { exportSession, redactText } = addon;
const everything = { ...fixed, tools: "full", diffs: "full" };
const PLACEHOLDER = /\[redacted:[a-z-]+(?:#[0-9]+)?\]/;

/** A document of one call of a tool. */
const documentOf = (tool, input, state) =>
  exportSession(
    sessionOf([
      userMessage({
        id: "prt_tool",
        type: "tool",
        tool,
        callID: "call_1",
        state: {
          status: "completed",
          title: "",
          input,
          metadata: {},
          ...state,
        },
      }),
    ]),
    everything,
  );

/** Files in which a word is a secret, since it stands beside a name or in a place that is one's. */
const files = [
  [".env", (value) => `DB_USER=shop\nDB_PASSWORD=${value}\nPORT=1\n`],
  ["app/.env.production", (value) => `A=1\nexport API_KEY='${value}'\n`],
  ["values.yaml", (value) => `db:\n  user: shop\n  password: ${value}\n`],
  ["list.yml", (value) => `env:\n  - name: DB_PASSWORD\n    value: ${value}\n`],
  ["block.yml", (value) => `a: 1\npassword: |\n  ${value}\nb: 2\n`],
  ["Cargo.toml", (value) => `[db]\nuser = "shop"\npassword = "${value}"\n`],
  ["my.ini", (value) => `[client]\nuser = shop\npassword = ${value}\n`],
  ["app.properties", (value) => `db.user=shop\ndb.password=${value}\n`],
  [
    "main.tf",
    (value) => `variable "db_password" {\n  default = "${value}"\n}\n`,
  ],
  ["prod.tfvars", (value) => `user = "shop"\ndb_password = "${value}"\n`],
  ["a.json", (value) => `{\n  "user": "shop",\n  "password": "${value}"\n}\n`],
  [".netrc", (value) => `machine a.example\n  login jo\n  password ${value}\n`],
  [".pgpass", (value) => `a.example:5432:app:jo:${value}\n# end\n`],
  [
    "kubeconfig",
    (value) => `users:\n- name: jo\n  user:\n    password: ${value}\n`,
  ],
  ["users.csv", (value) => `id,password\n1,${value}\n2,${value}\n`],
  ["Dockerfile", (value) => `FROM a\nENV DB_PASSWORD=${value}\nRUN x\n`],
  ["redis.conf", (value) => `port 6379\nrequirepass ${value}\nsave 60\n`],
];

/** What tools put before lines. */
const marks = {
  nothing: (lines) => lines,
  "a colon": (lines) => lines.map((line, at) => `${at + 1}: ${line}`),
  "a bar": (lines) =>
    lines.map((line, at) => `${String(at + 1).padStart(5, "0")}| ${line}`),
  "a tab": (lines) =>
    lines.map((line, at) => `${String(at + 9).padStart(6)}\t${line}`),
  "an arrow": (lines) =>
    lines.map((line, at) => `${String(at + 1).padStart(6)}→${line}`),
  "a word": (lines) => lines.map((line, at) => `  Line ${at + 1}: ${line}`),
  "a quote": (lines) => lines.map((line) => `> ${line}`),
  "a new file of a patch": (lines) => [
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
  ],
  "grep's number": (lines) => lines.map((line, at) => `${at + 1}:${line}`),
  "grep's file": (lines, file) =>
    lines.map((line, at) => `conf/${file}:${at + 1}:${line}`),
};

test("a word beside a strong name goes from every data file, through every mark of a tool", () => {
  for (const [file, of] of files) {
    for (const [mark, marked] of Object.entries(marks)) {
      for (const value of ["sunflower", "k7}Qz(w9"]) {
        const lines = of(value).trimEnd().split("\n");
        const output = `<path>/x/${file}</path>\n<content>\n${marked(lines, file).join("\n")}\n</content>`;
        const filePath = `/home/ada/shop/${file}`;
        const document = documentOf("read", { filePath }, { output });
        assert.ok(!document.includes(value), `${file}, ${mark}: ${document}`);
        const { text } = redactText(marked(lines, file).join("\n"), {
          hint: { filePath },
        });
        assert.ok(!text.includes(value), `${file}, ${mark}: ${text}`);
        // What stands around stays, byte for byte.
        const parts = text.split(new RegExp(PLACEHOLDER.source, "g"));
        const whole = marked(of(value).trimEnd().split("\n"), file).join("\n");
        let at = 0;
        for (const part of parts) {
          const found = whole.indexOf(part, at);
          assert.notEqual(found, -1, `${file}, ${mark}: ${text}`);
          at = found + part.length;
        }
      }
    }
  }
});

test("what was read, found and edited of a file with a word as password is gone from every call", () => {
  const filePath = "/home/ada/work/shop/.env";
  const documents = [
    documentOf(
      "grep",
      { pattern: "PASSWORD" },
      {
        output: `Found 1 matches\n${filePath}:\n  Line 2: DB_PASSWORD=sunflower`,
      },
    ),
    documentOf(
      "grep",
      { pattern: "password" },
      { output: `conf/app.yml:12:  password: sunflower\nconf/app.yml-13-x: 1` },
    ),
    documentOf(
      "edit",
      {
        filePath: "conf/app.yml",
        oldString: "password: sunflower",
        newString: "password: ${DB}",
      },
      {
        metadata: {
          diff: "--- a\n+++ b/app.yml\n@@ -1,2 +1,2 @@\n user: shop\n-password: sunflower\n+password: ${DB}\n",
        },
      },
    ),
    documentOf("write", {
      filePath: "conf/app.yml",
      content: "user: shop\npassword: sunflower\n",
    }),
    documentOf("apply_patch", {
      patchText:
        "*** Begin Patch\n*** Update File: conf/app.yml\n@@\n user: shop\n+password: sunflower\n*** End Patch",
    }),
  ];
  for (const [command, output] of [
    ["grep -r pass .", "./b.ini:password = sunflower\n./c.ini:a = 1"],
    ["head a.yml b.tf", '==> b.tf <==\npassword = "sunflower"\n'],
    [
      "git show",
      "--- a/app.yml\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-db:\n-  password: sunflower\n",
    ],
    ["ssh a.example 'cat /srv/app.yml'", "password: sunflower\n"],
    ["cat > a.yml <<EOF\npassword: sunflower\nEOF", "ok"],
    ['powershell -c "Get-Content .\\app.yml"', "password: sunflower"],
  ]) {
    documents.push(documentOf("bash", { command }, { output }));
  }
  for (const document of documents) {
    assert.doesNotMatch(document, /sunflower/);
    assert.match(document, PLACEHOLDER);
  }
});

test("a private key goes whole through every mark, also one that is cut off", () => {
  const body = [random(64, 1), random(64, 2), random(20, 3)];
  const begin = ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" ");
  const end = ["-----END RSA", "PRIVATE KEY-----"].join(" ");
  for (const [mark, marked] of Object.entries(marks)) {
    for (const lines of [
      ["a: 1", begin, ...body, end, "b: 2"],
      [begin, ...body],
    ]) {
      const { text } = redactText(marked(lines, "a.pem").join("\n"));
      for (const line of body) {
        assert.ok(!text.includes(line.slice(0, 8)), `${mark}: ${text}`);
      }
      assert.equal(text.includes("a: 1"), lines[0] === "a: 1", mark);
      assert.equal(text.includes("b: 2"), lines[0] === "a: 1", mark);
    }
  }
});

test("the command tells what it printed", () => {
  for (const [command, output] of [
    ["cat conf/app.yml", "password: sunflower\n"],
    [
      "cd app && sudo head -5 .netrc",
      "machine a login jo password sunflower\n",
    ],
    ["env | sort", "A=1\nDB_PASSWORD=sunflower (new)\n"],
    ["docker exec web env", "DB_PASSWORD=sunflower,lamp\n"],
    ["git show HEAD:conf/app.yml", "password: sunflower\n"],
    ["kubectl get configmap a -o yaml", "data:\n  password: sunflower\n"],
    [
      "kubectl get secret a -o yaml",
      "kind: Secret\ndata:\n  a: c3VuZmxvd2Vy\n",
    ],
    ["op read op://shop/db/password", "sunflower\n"],
    ["pass show shop/db", "sunflower\nuser: jo\n"],
    ["echo $DB_PASSWORD", "sunflower\n"],
    ["terraform output", 'db_password = "sunflower"\n'],
    [
      "psql -c 'select * from users'",
      " id | password  \n----+-----------\n  1 | sunflower \n(1 row)\n",
    ],
    ["docker inspect web", '[{"Env": ["DB_PASSWORD=sunflower"]}]'],
  ]) {
    const document = documentOf("bash", { command }, { output });
    assert.doesNotMatch(document, /sunflower|c3VuZmxvd2Vy/, command);
    const { text } = redactText(output, { hint: { command } });
    assert.doesNotMatch(text, /sunflower|c3VuZmxvd2Vy/, command);
  }
  const words = { command: ["bash", "-lc", "cat conf/app.yml"] };
  const document = documentOf("shell", words, {
    output: "password: sunflower\n",
  });
  assert.doesNotMatch(document, /sunflower/);
  const failed = "[ERROR] not signed in\n";
  const { text } = redactText(failed, { hint: { command: "op read a" } });
  assert.equal(text, failed);
});

test("what a shell is told to do has values beside names and options, and a fence tells its language", () => {
  for (const command of [
    "LOG=1 DB_PASSWORD=sunflower npm start",
    "tool --password sunflower --verbose",
    "kubectl create secret generic db --from-literal=password=sunflower",
  ]) {
    const document = documentOf("bash", { command }, { output: "" });
    assert.doesNotMatch(document, /sunflower/, command);
    const { text } = redactText(command, { hint: { language: "bash" } });
    assert.doesNotMatch(text, /sunflower/, command);
    const fence = `Run this:\n\n\`\`\`bash\n${command}\n\`\`\`\n\nDone.\n`;
    const session = sessionOf([userMessage(textPart(fence))]);
    assert.doesNotMatch(exportSession(session, fixed), /sunflower/, command);
  }
  for (const fence of [
    "```yaml\ndb:\n  password: sunflower\n```",
    "~~~ini\npassword = sunflower\n~~~",
    "```env title=.env\nDB_PASSWORD=sunflower lamp\n```",
  ]) {
    assert.doesNotMatch(redactText(`See:\n${fence}\n`).text, /sunflower/);
  }
  const document = documentOf(
    "postgres_query",
    { query: "x" },
    { output: "id\tpassword\n1\tsunflower\n" },
  );
  assert.doesNotMatch(document, /sunflower/);
});

test("no hint leaves in what is redacted without it", () => {
  const token = githubToken(7);
  const texts = [
    "DB_PASSWORD=sunflower\n",
    "DB_USER=shop\nDB_PASSWORD=sunflower\nPORT=1\n",
    "password: Granite7x\n",
    `const token = ${token};\nlet a = 1;\nlet b = 2;\n`,
    `${token}\n`,
    "curl -u jo:Walnut47x https://a.example/\n",
    "The password is Walnut47x.\n",
    '{"password": "sunflower", "pin": 1234}\n',
    "| user | password |\n|---|---|\n| jo | Hunter-2bX2 |\n",
    "machine a login jo password Walnut47x\n",
    // A file that lies: most of it is source, and one line is not.
    "const a = 1;\nconst b = 2;\nfunction c() {\n}\nsettings\nDB_PASSWORD=sunflower\n",
    "const a = f(1);\nconst b = 2;\n/*\npassword: Granite7x\n*/\n",
    "const a = `\nDB_PASSWORD=Walnut47x#Q}\n`;\nconst b = 2;\nconst c = 3;\n",
    `const a = 1;\nconst b = 2;\nconst password = ${random(24)};\n`,
  ];
  const names = [
    "a.ts",
    "a.rs",
    "a.py",
    ".env",
    "a.yml",
    "a.tf",
    "a.ini",
    ".netrc",
    ".pgpass",
    "a.csv",
    "a.sh",
    "a.md",
    "a.json",
    "",
    "\u0000",
    "../../x",
    "a".repeat(5000),
  ];
  const hints = [
    ...names.map((filePath) => ({ filePath })),
    ...["ts", "yaml", "bash", "python", "nonsense"].map((language) => ({
      language,
    })),
    ...["cat a.ts", "env", "op read x", "psql", "ls", "cat a.ts .env"].map(
      (command) => ({ command }),
    ),
    ...["read", "query", "get_secret"].map((tool) => ({ tool })),
    { filePath: "a.ts", command: "cat a.ts", language: "ts", tool: "read" },
  ];
  for (const text of texts) {
    const values = [...secretsOf(text, redactText(text).text)];
    assert.ok(values.length > 0, text);
    for (const hint of hints) {
      const hinted = redactText(text, { hint }).text;
      for (const value of values) {
        assert.ok(
          !hinted.includes(value),
          `${JSON.stringify(hint)}: ${hinted}`,
        );
      }
    }
    for (const filePath of names) {
      const document = documentOf("read", { filePath }, { output: text });
      for (const value of values) {
        assert.ok(!document.includes(value), `${filePath}: ${text}`);
      }
    }
  }
});

/** The values that placeholders stand for, by what stands around them. */
function* secretsOf(text, redacted) {
  const around = redacted.split(new RegExp(`"?${PLACEHOLDER.source}"?`));
  for (const value of text.match(
    /sunflower|Granite7x|Walnut47x|Hunter-2bX2|ghp_\w+/g,
  ) ?? []) {
    if (!around.some((part) => part.includes(value))) yield value;
  }
  for (const value of text.match(/\b[a-zA-Z0-9]{24}\b/g) ?? []) {
    if (!redacted.includes(value)) yield value;
  }
}

test("a hint of program source takes back what is a part of the program", () => {
  const source =
    "pub fn f() {\n    let secret = [0u8; 32];\n    g(secret);\n}\n";
  const { text } = redactText(source, { hint: { filePath: "src/a.rs" } });
  assert.equal(text, source);
  const literal =
    'pub fn f() {\n    let password = "sunflower";\n    g(password);\n}\n';
  assert.doesNotMatch(
    redactText(literal, { hint: { filePath: "src/a.rs" } }).text,
    /sunflower/,
  );
});

test("a hint of data leaves references, labels and words about secrets", () => {
  for (const [filePath, text] of [
    [
      "ci.yml",
      "permissions:\n  id-token: write\nsecrets: inherit\ntoken: ${{ secrets.TOKEN }}\n",
    ],
    [
      "de.yml",
      "login:\n  password: Passwort\n  forgot_password: Passwort vergessen?\n",
    ],
    [
      "api.yml",
      "properties:\n  password:\n    type: string\n    minLength: 8\n",
    ],
    [
      ".env.example",
      "DB_PASSWORD=\nAPI_KEY=<your-key>\nPASSWORD_MIN_LENGTH=12\nSECRET=changeme\n",
    ],
    ["main.tf", 'password = var.password_of_db\nsecret_arn = "arn:aws:x"\n'],
    ["a.sh", 'docker login --password-stdin ghcr.io\ntool --token "$TOKEN"\n'],
  ]) {
    assert.equal(redactText(text, { hint: { filePath } }).text, text);
  }
});

test("a number under a strong name goes, and JSON stays JSON at any depth", () => {
  const secret = {
    pin: 4821,
    otp: 135790,
    password: 12345678,
    otp_code: 555123,
    x: { passcode: 9917 },
  };
  const plain = {
    maxTokens: 4096,
    token: 3,
    tokens: { input: 120, output: 12000 },
    pinned: 1000,
    key: 5000,
    passwordMinLength: 8000,
    pin_number_of_board: 13,
    secrets: 1200,
    accessTokens: 4000,
    pin: 13,
  };
  for (const value of [secret, { data: [secret] }, secret.x]) {
    let text = JSON.stringify(
      { user: "jo", password_hint: "none", ...value },
      null,
      1,
    );
    for (let depth = 0; depth < 4; depth += 1) {
      const redacted = redactText(text).text;
      assert.doesNotMatch(redacted, /4821|135790|12345678|555123|9917/);
      let parsed = JSON.parse(redacted);
      for (let inner = 0; inner < depth; inner += 1) {
        parsed = JSON.parse(parsed.text);
      }
      assert.equal(parsed.user, "jo");
      text = JSON.stringify({ text });
    }
  }
  const text = JSON.stringify(plain, null, 2);
  assert.equal(redactText(text).text, text);
  // In what an agent hands to a tool, too.
  const document = documentOf("unlock", { ...secret }, { output: "ok" });
  assert.doesNotMatch(document, /4821|135790|12345678|555123|9917/);
  assert.match(documentOf("run", plain, { output: "ok" }), /4096[^]*12000/);
});

test("redactText refuses what is no hint", async () => {
  for (const hint of [
    "x",
    5,
    null,
    [],
    { path: "a" },
    { filePath: 1 },
    { command: ["ls"] },
    { tool: {} },
    { language: "x".repeat(70_000) },
  ]) {
    const error = await failure(() => redactText("x", { hint }));
    assert.equal(error.code, "ERR_INVALID_OPTION", JSON.stringify(hint));
    assert.match(error.message, /hint|There is no option/);
  }
  assert.equal(redactText("x", { hint: {} }).text, "x");
  assert.equal(redactText("x", { hint: undefined }).text, "x");
});
