// A process of its own that exports one large part with little memory left. Takes its job as JSON: the addon, what is
// done, a folder, a store, the size of the part and how much memory is left, both in MB.
const { execFileSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const job = JSON.parse(process.argv[2]);
const addon = require(job.root);
const bytes = job.part * 1024 * 1024;
const time = { created: 1795333600000 };

const session = (part) => ({
  info: { id: "ses_large", title: "Large", time },
  messages: [{ info: { id: "msg_1", role: "user", time }, parts: [part] }],
});
const text = () => {
  const line = "The quick brown fox jumps over the lazy dog.\n";
  return line.repeat(Math.ceil(bytes / line.length));
};
const ofText = () => session({ id: "prt_1", type: "text", text: text() });
const ofFile = (mime) => {
  const content = Buffer.alloc((bytes / 4) * 3, "text ");
  const url = `data:${mime};base64,${content.toString("base64")}`;
  return session({ id: "prt_1", type: "file", filename: "a", mime, url });
};

const write = (name) => (input, options) =>
  addon.writeExport(join(job.folder, name), input, options);
const stored = () => ({ sessionID: "ses_large", store: job.store });
const extract = (input) => write("a.md")(input, { attachments: "extract" });

/** What is prepared while there is memory, and what is done with it. */
const jobs = {
  "a store as Markdown": [stored, write("a.md")],
  "a store as a page": [stored, write("a.html")],
  "a store as JSON": [stored, write("a.json")],
  "a Buffer": [() => Buffer.from(JSON.stringify(ofText())), write("a.md")],
  "a JSON text": [() => JSON.stringify(ofText()), write("a.md")],
  "an object": [ofText, write("a.md")],
  "a Buffer as a string": [
    () => Buffer.from(JSON.stringify(ofText())),
    (input) => addon.exportSession(input),
  ],
  "an attachment": [() => ofFile("image/png"), extract],
  "an attached text": [() => ofFile("text/plain"), extract],
  "a log": [text, (input) => addon.redactText(input)],
};

async function main() {
  const [prepare, run] = jobs[job.name];
  const input = prepare();
  // V8 joins a long text when it is first looked into, for which it ends the process where that fails.
  for (const part of input.messages?.[0].parts ?? [input])
    void (part.text ?? part.url ?? part).charCodeAt?.(0);
  // The threads of Node and of the addon are no part of it.
  const small = session({ type: "text", text: "x" });
  await Promise.all(
    [1, 2, 3, 4, 5].map((n) => write(`warm-up-${n}.md`)(small)),
  );
  addon.exportSession(small);
  const status = readFileSync("/proc/self/status", "utf8");
  const used = Number(/VmSize:\s+(\d+)/.exec(status)[1]) * 1024;
  const limit = used + job.left * 1024 * 1024;
  execFileSync("prlimit", ["--pid", process.pid, `--as=${limit}`]);
  try {
    await run(input);
    console.log("done");
  } catch (error) {
    console.log(error.code, error.message);
  }
}

main().then(() => process.exit());
