// A consumer of index.d.ts. It is checked, not run: what compiles here compiles for users.
import {
  assertWebPublishing,
  disableWebPublishing,
  enableWebPublishing,
  exportSession,
  findStores,
  guardFetch,
  guardShareNext,
  onRefused,
  isWebPublishingEnabled,
  listPublishedSessions,
  listSessions,
  prepareExport,
  redactText,
  suggestFileName,
  verifyExport,
  webPublishingWarning,
  writeExport,
  type ExportOptions,
  type ExportProgress,
  type ExportReport,
  type OmissionReason,
  type PreparedExport,
  type RedactPattern,
  type Session,
  type SessionExportError,
  type SessionExportErrorCode,
  type SessionInput,
  type StoredSession,
  type TextHint,
  type Verification,
} from "@pawwork/session-export";

const session: Session = {
  info: { id: "ses_1", title: "Title", time: { created: 0 }, future: true },
  messages: [
    { info: { role: "user" }, parts: [{ type: "text", text: "x" }] },
    { type: "agent-switched", agent: "plan" },
  ],
};
const inputs: SessionInput[] = [
  session,
  session.messages,
  "{}",
  new Uint8Array(),
  Buffer.from("{}"),
];
const options: ExportOptions = {
  app: { name: "PawWork" },
  exportedAt: Date.now(),
  models: { "a/b": "C" },
  redact: "strict",
  redactTerms: ["x"],
  redactPatterns: [
    { id: "ticket", pattern: "ACME-[0-9]+" },
  ] satisfies RedactPattern[],
  keep: ["y"],
  tools: "full",
  format: "json",
  jsonShape: "pawwork",
  attachments: "extract",
  maxBytes: 1_000_000,
  maxPartBytes: 10_000,
};

export async function use(): Promise<void> {
  const text: string = exportSession(session, options);
  const name: string = suggestFileName(inputs[0] ?? text);
  const report: ExportReport = await writeExport(name, session, {
    ...options,
    overwrite: true,
    signal: new AbortController().signal,
    onProgress: ({ phase, done, total }: ExportProgress) =>
      `${phase satisfies "read" | "redact" | "write"} ${done / total}`,
  });
  const prepared: PreparedExport = await prepareExport(
    { sessionID: "ses_1" },
    { format: "html", report: true, signal: new AbortController().signal },
  );
  const contexts: (string | undefined)[] = prepared.report.redactions.map(
    ({ context }) => context,
  );
  const saved: ExportReport = await prepared
    .save(suggestFileName({ info: session.info }), { overwrite: true })
    .finally(() => prepared.dispose());
  saved.format satisfies "markdown" | "json" | "html";
  saved.omitted.map(({ reason }) => reason) satisfies OmissionReason[];
  saved.origin?.path satisfies string | undefined;
  const failed = { code: "ERR_EXISTS" } as SessionExportError;
  if (failed.code === "ERR_SESSION_NOT_FOUND") void failed.matches?.length;
  void [contexts, failed.cause?.code];
  const folder: string | undefined = report.attachmentFolder;
  const { intact, problems }: Verification = await verifyExport(
    folder ?? name,
    {
      signal: new AbortController().signal,
    },
  );
  const told: string[] = intact ? [] : problems.map(({ message }) => message);
  await writeExport(told.join() || name);
  const redacted: string = redactText(text, { redact: "strict" }).text;
  const hint: TextHint = { filePath: ".env", command: "cat .env" };
  redactText(text, { hint, redactTerms: ["x"] });
  void redacted;
  const [store] = findStores();
  for (const listed of await listSessions(store?.path)) {
    const { sessionID, title } = listed;
    listed.messageCount satisfies number;
    const stored: StoredSession = { sessionID };
    await writeExport(title ?? suggestFileName(stored), stored);
  }
  const { signal } = new AbortController();
  await listPublishedSessions(store?.path, { signal });
  const { unreadable } = await listSessions(undefined, { signal });
  const why: string[] = unreadable.map(({ store, message }) => store + message);
  void why;
  const urls: string[] = (await listPublishedSessions()).map(({ url }) => url);
  void urls;
  const bytes: number =
    report.bytes + report.parts.rendered + (report.redactions[0]?.count ?? 0);
  const id: string | undefined = report.redactions[0]?.messageID;
  if (!isWebPublishingEnabled())
    enableWebPublishing({
      origin: "https://share.example.com",
      acknowledged: true,
    });
  const setting: string | undefined = process.env["SHARE_ORIGIN"];
  if (isWebPublishingEnabled({ origin: setting }))
    assertWebPublishing("ShareNext.create", { origin: setting });
  assertWebPublishing("ShareNext.create");
  disableWebPublishing();
  const code: SessionExportErrorCode = "ERR_EXISTS";
  const shareNext = {
    create: async (sessionID: string) => ({ url: sessionID }),
  };
  globalThis.fetch = guardFetch(globalThis.fetch);
  const end: () => void = onRefused(({ call, host }) => {
    const names: (string | undefined)[] = [call, host];
    void names;
  });
  end();
  const guarded: typeof shareNext = guardShareNext(shareNext, {
    passthrough: ["init"],
  });
  const { url }: { url: string } = await guarded.create(
    webPublishingWarning("zh") + code + id + bytes,
  );
  void url;

  // @ts-expect-error: an option that does not exist
  exportSession(session, { tool: "full" });
  // @ts-expect-error: a value that is not allowed
  exportSession(session, { redact: "none" });
  // @ts-expect-error: the name of a session is more than its store
  exportSession({ store: "opencode.db" });
  // @ts-expect-error: no session
  exportSession(42);
  // @ts-expect-error: overwrite belongs to writeExport
  exportSession(session, { overwrite: true });
  const origin = "https://share.example.com";
  // @ts-expect-error: it has to be acknowledged
  enableWebPublishing({ origin, acknowledged: false });
  // @ts-expect-error: an origin stands in an object
  isWebPublishingEnabled(origin);
  // @ts-expect-error: only objects have members to guard
  guardShareNext("ShareNext");
}
