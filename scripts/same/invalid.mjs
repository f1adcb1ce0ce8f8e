// Calls that have to fail: [name, call]. Each call throws an error or rejects with one.

const session = { info: { id: "ses_1" }, messages: [] };
const secret = "hunter2-is-my-password";
const cycle = { info: {}, messages: [] };
cycle.messages.push(cycle);

const sessions = {
  nothing: undefined,
  null: null,
  "a number": 42,
  "an empty string": "",
  "no JSON": `hello ${secret}`,
  "cut JSON": '{"info":{"id":"x"},"messages":[{"info":{},"parts":[{"ty',
  "cut bytes": Buffer.from('{"info":{"id":"x"},"messages":[{"in'),
  "bytes that are no UTF-8": Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  "a JSON string": JSON.stringify(secret),
  "no session": { [secret]: 1 },
  "messages that are no array": { info: {}, messages: { [secret]: 1 } },
  "info that is no object": { info: secret, messages: [] },
  "a cycle": cycle,
  "a BigInt": { info: {}, messages: [{ info: {}, parts: [{ text: 10n }] }] },
  "a Map": new Map([["info", {}]]),
  "a Float64Array": new Float64Array(4),
  "a snapshot of another version": {
    format: "pawwork-session-export",
    schema_version: 2,
  },
  "a snapshot without a session": {
    format: "pawwork-session-export",
    schema_version: 1,
  },
  "a stored session without a name": { sessionID: "" },
  "a stored session with more": { sessionID: "ses_x", stroe: secret },
  "a store that is no path": { sessionID: "ses_x", store: {} },
  "deep nesting": `{"messages":${"[".repeat(200)}`,
  "a number out of range": '{"messages":[1e999]}',
  "a property that throws": {
    get messages() {
      throw new Error(secret);
    },
  },
};

const options = [
  { tool: "full" },
  { format: "pdf" },
  { jsonShape: "flat" },
  { maxBytes: 0 },
  { maxBytes: 10 },
  { maxPartBytes: 1.5 },
  { redact: "none" },
  { redactTerms: secret },
  { redactTerms: [""] },
  { redactPatterns: [{ id: "A", pattern: "x" }] },
  { redactPatterns: [{ id: "a", pattern: "(" }] },
  { redactPatterns: [{ id: "a", pattern: "" }] },
  { keep: [5] },
  { exportedAt: NaN },
  { usage: null },
  { app: { version: "1" } },
  { models: { x: 5 } },
  { runtimeContext: { x: "y".repeat(300_000) } },
  { attachments: "extract" },
  { hint: 5 },
  "full",
  5,
];

const writing = (folder) => ({
  "no path": [],
  "a path that is a number": [5, session],
  "an empty path": ["", session],
  "a folder": [`${folder}/`, session],
  "a NUL in the path": [`${folder}/a\0.md`, session],
  "a device of Windows": [`${folder}/CON.md`, session],
  "a folder that is not there": [`${folder}/none/a.md`, session],
  "an unknown extension": [`${folder}/a.pdf`, session],
  "overwrite that is no boolean": [
    `${folder}/a.md`,
    session,
    { overwrite: "x" },
  ],
  "a signal that is none": [`${folder}/a.md`, session, { signal: {} }],
  "an aborted signal": [
    `${folder}/a.md`,
    session,
    { signal: AbortSignal.abort() },
  ],
  "no session before": [`${folder}/a.md`],
  "options without a session": [`${folder}/a.md`, undefined, { tools: "full" }],
});

export function* invalidCalls(addon, folder) {
  const { exportSession, redactText, suggestFileName, verifyExport } = addon;
  for (const [name, input] of Object.entries(sessions)) {
    yield [`exportSession: ${name}`, () => exportSession(input)];
    yield [`suggestFileName: ${name}`, () => suggestFileName(input)];
    if (input != null)
      yield [
        `writeExport: ${name}`,
        () => addon.writeExport(`${folder}/never.md`, input),
      ];
  }
  for (const given of options) {
    const name = JSON.stringify(given).slice(0, 80);
    yield [`exportSession: ${name}`, () => exportSession(session, given)];
    yield [`redactText: ${name}`, () => redactText("text", given)];
  }
  for (const text of [5, undefined, null, {}])
    yield [`redactText: ${text}`, () => redactText(text)];
  for (const [name, args] of Object.entries(writing(folder)))
    yield [`writeExport: ${name}`, () => addon.writeExport(...args)];
  for (const [name, path] of Object.entries({
    "a number": 5,
    "an empty path": "",
    "no file": `${folder}/none.md`,
    "a folder": folder,
  }))
    yield [`verifyExport: ${name}`, () => verifyExport(path)];
  for (const list of ["listSessions", "listPublishedSessions"]) {
    yield [`${list}: a number`, () => addon[list](5)];
    yield [`${list}: no option`, () => addon[list](folder, { signl: 1 })];
    yield [
      `${list}: aborted`,
      () => addon[list](folder, { signal: AbortSignal.abort() }),
    ];
  }
  yield ["assertWebPublishing", () => addon.assertWebPublishing("a call")];
  yield [
    "enableWebPublishing",
    () => addon.enableWebPublishing({ origin: "https://opncd.ai" }),
  ];
}
