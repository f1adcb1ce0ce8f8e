// Makes an invented session of about `megabytes` of JSON, of the shape that OpenCode 1.18 writes: questions, answers,
// reasoning, commands with outputs of about `outputBytes` that repeat each other and stand in the call's metadata
// too, files that are read and edited, attachments, in code, logs, prose and Chinese, and secrets made at random, one
// in every `secretsEvery` lines.

import { random } from "../__test__/support.mjs";

const lines = [
  (n) =>
    `  const total${n} = rows.reduce((sum, row) => sum + row.amount, 0); // ${n}`,
  (n) =>
    `[2026-11-22T07:46:${String(n % 60).padStart(2, "0")}Z] INFO worker-${n % 8} handled request ${n} in ${n % 97} ms`,
  (n) =>
    `-rw-r--r-- 1 jordan staff ${n * 13} Nov 22 07:46 /home/jordan/work/src/components/Report${n}.tsx`,
  (n) =>
    `The report adds the amounts of ${n} rows, and the test checks that the sum is what the table says.`,
  (n) => `报告汇总了 ${n} 行的金额，测试会检查合计是否与表格一致。`,
  (n) => `| row ${n} | ${n * 3} | ${n * 7} | ok |`,
  (n) => `    at Object.render (/work/acme/src/render.js:${n % 900}:${n % 80})`,
  (n) => `{"id":${n},"name":"item-${n}","tokens":${n % 4000},"key":"${n}"},`,
];

/** Lines of logs and settings with a secret in them. */
const secrets = [
  (n) => `export GITHUB_TOKEN=ghp_${random(36, n)}`,
  (n) => `Authorization: Bearer ${random(40, n)}`,
  (n) => `  password: "${random(14, n)}",`,
  (n) => `SERVICE_API_KEY=${random(32, n)}`,
];

/** How many files are read and edited. */
const FILES = 300;
const snapshot = "3f0e".repeat(10);

export function makeSession(
  megabytes,
  { secretsEvery = 20_000, outputBytes = 20_000 } = {},
) {
  const start = 1795333600000;
  const directory = "/home/jordan/work";
  let line = 0;
  const text = (bytes) => {
    let result = "";
    while (result.length < bytes) {
      line += 1;
      result += `${lines[line % lines.length](line)}\n`;
      if (line % secretsEvery === 0)
        result += `${secrets[(line / secretsEvery) % secrets.length](line)}\n`;
    }
    return result;
  };
  const repeated = text(outputBytes / 2);
  const messages = [];
  let ids = 0;
  const part = (type, fields) => ({
    id: `prt_${(ids += 1)}`,
    sessionID: "ses_large",
    messageID: `msg_${messages.length}`,
    type,
    ...fields,
  });
  const call = (tool, state) =>
    part("tool", {
      tool,
      callID: `call_${ids}`,
      state: {
        status: "completed",
        ...state,
        time: { start, end: start + 900 },
      },
    });
  const run = (output) =>
    call("bash", {
      input: { command: `npm test -- ${ids}`, description: "Run the tests" },
      output,
      title: `npm test -- ${ids}`,
      metadata: {
        output,
        exit: 0,
        description: "Run the tests",
        truncated: false,
      },
    });
  const each = (text, change) => text.split("\n").map(change).join("\n");
  const read = (content) => {
    const file = `src/Report${ids % FILES}.tsx`;
    const numbered = each(content, (line, i) => `${i + 1}: ${line}`);
    return call("read", {
      input: { filePath: `${directory}/${file}` },
      output: `<path>${directory}/${file}</path>\n<type>file</type>\n<content>\n${numbered}\n</content>`,
      title: file,
      metadata: {
        preview: content.slice(0, 800),
        truncated: false,
        loaded: [],
      },
    });
  };
  const edit = (added) => {
    const file = `src/Report${ids % FILES}.tsx`;
    const filePath = `${directory}/${file}`;
    const diff = `Index: ${filePath}\n@@ -1,3 +1,40 @@\n${each(added, (line) => `+${line}`)}`;
    return call("edit", {
      input: {
        filePath,
        oldString: added.slice(0, 300),
        newString: added.slice(0, 600),
      },
      output: "Edit applied successfully.",
      title: file,
      metadata: {
        diagnostics: {},
        diff,
        filediff: {
          file: filePath,
          patch: diff,
          additions: 40,
          deletions: 3,
        },
        truncated: false,
      },
    });
  };
  const tokens = {
    input: 1000,
    output: 200,
    reasoning: 0,
    cache: { read: 0, write: 0 },
  };
  const attachment = Buffer.alloc(15_000, 7).toString("base64");
  for (let bytes = 0; bytes < megabytes * 1e6;) {
    const time = start + messages.length * 10_000;
    const parentID = `msg_${messages.length}`;
    const asked = [part("text", { text: text(300) })];
    if (messages.length % 40 === 0)
      asked.push(
        part("file", {
          mime: "image/png",
          filename: `screen-${ids}.png`,
          url: `data:image/png;base64,${attachment}`,
        }),
      );
    const add = (info, parts) => {
      const message = {
        info: {
          id: `msg_${messages.length}`,
          sessionID: "ses_large",
          agent: "build",
          ...info,
        },
        parts,
      };
      bytes += JSON.stringify(message).length;
      messages.push(message);
    };
    add(
      {
        role: "user",
        time: { created: time },
        model: { providerID: "fake", modelID: "fake-1" },
      },
      asked,
    );
    add(
      {
        role: "assistant",
        parentID,
        mode: "build",
        modelID: "fake-1",
        providerID: "fake",
        path: { cwd: directory, root: directory },
        cost: 0.01,
        tokens,
        time: { created: time + 1, completed: time + 5000 },
        finish: "stop",
      },
      [
        part("step-start", { snapshot }),
        part("reasoning", {
          text: text(400),
          time: { start: time, end: time },
        }),
        run(text(outputBytes)),
        read(text(outputBytes / 2)),
        edit(text(outputBytes / 4)),
        run(repeated),
        part("text", { text: text(1500) }),
        part("step-finish", { reason: "stop", snapshot, cost: 0.01, tokens }),
      ],
    );
  }
  return {
    info: {
      id: "ses_large",
      slug: "large",
      projectID: "global",
      directory,
      title: "A large session",
      version: "1.18.33",
      time: { created: start, updated: start + messages.length * 10_000 },
    },
    messages,
  };
}
