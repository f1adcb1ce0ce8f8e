/* Made by `npm run build` from types/input.d.ts and the Rust sources: change those, not index.d.ts. */

/**
 * A session: an object, its JSON text, or the bytes of a JSON file. The shape is recognised by its
 * content:
 *
 * - OpenCode's `export` and `GET /session/:id/message`: `{ info, messages: [{ info, parts }] }`,
 *   optionally with `diffs`, `todos` and `children` (the same shape, nested), or the array of
 *   messages alone;
 * - PawWork's snapshot: `{ schema_version: 1, format: "pawwork-session-export", runtime_context,
 *   session: { info, diffs, messages, children } }`;
 * - OpenCode 2: the same with typed messages, `{ info, messages: [{ type, … }] }`;
 * - the events that `opencode run --format json` prints, as text or bytes. The document says what they lack: the prompts,
 *   the model, the folder.
 *
 * What is unknown is kept, shown as such and counted; a value of the wrong type is left out and
 * noted in the document and in the report.
 */
export type SessionInput =
  Session | SessionSnapshot | SessionMessage[] | string | Uint8Array;

/** The name of a session in a store, which is read without passing through JavaScript. */
export interface StoredSession {
  /** The session's id, or enough of its start to tell it from the others. */
  sessionID: string;
  /**
   * The path of a database (`opencode.db`, `pawwork.db`, `crush.db`), of a folder of JSON files (`storage`) or of logs, or
   * of a project with a database of Crush or of the first OpenCode.
   * Default: all stores that `findStores` finds. Where several hold the session, the messages of all are shown in
   * the order of time, each once, the fullest copy; the document says so.
   */
  store?: string;
}

/** A list of what stores hold, and the stores that could not be read while it was made. */
export type Listed<Item> = Item[] & {
  /**
   * Not enumerable. Where one store was asked for, that it cannot be read is an error; it stands here where some of its
   * folders could not be read, and what is in the others is listed.
   */
  readonly unreadable: readonly UnreadableStore[];
};

/** What `listSessions` and `listPublishedSessions` take. */
export interface ListOptions {
  /** Stops the list; the promise is then rejected with an `AbortError` (`ERR_ABORTED`). */
  signal?: AbortSignal;
}

/** A session with its messages and sub-agent sessions. */
export interface Session {
  info: SessionInfo;
  messages: SessionMessage[];
  /** The changed files of the whole session; without it, those of its turns are added up. */
  diffs?: FileDiff[];
  /** The to-do list; without it, the one that the model wrote last is shown. */
  todos?: Todo[];
  /** The sub-agent sessions. */
  children?: Session[];
  [field: string]: unknown;
}

/** PawWork's snapshot of a session. */
export interface SessionSnapshot {
  schema_version: 1;
  format: "pawwork-session-export";
  runtime_context?: { app_version?: string; [field: string]: unknown };
  session: Session;
  [field: string]: unknown;
}

/** The fields of a session that the document shows; times are milliseconds since the Unix epoch. */
export interface SessionInfo {
  id: string;
  title?: string;
  directory?: string;
  version?: string;
  parentID?: string;
  share?: { url?: string };
  time?: { created?: number; updated?: number; archived?: number };
  [field: string]: unknown;
}

/** A message of OpenCode 1 (`info` and `parts`) or of OpenCode 2 (`type`). */
export type SessionMessage =
  | { info: object; parts: object[] }
  | { type: string; [field: string]: unknown };

/** A changed file. */
export interface FileDiff {
  file?: string;
  status?: string;
  additions?: number;
  deletions?: number;
  /** The change as a unified diff. */
  patch?: string;
  [field: string]: unknown;
}

/** An entry of the to-do list. */
export interface Todo {
  content: string;
  status?: string;
  priority?: string;
  [field: string]: unknown;
}

/** What must not appear. */
export interface RedactOptions {
  /**
   * `"secrets"` (default) redacts credentials and shows the home folder as `~`; `"strict"` also
   * e-mail and IP addresses, absolute paths that tell something of a person or a project, and names of users and
   * computers: of this one, and those that the session tells, as in `uid=1000(jo)`, `Author: Jo Doe <…>` or
   * `jo@laptop:~$`. Folders of every system (`/usr/bin`), routes (`GET /api/users`), links and versions stay.
   * `"off"` redacts nothing but `redactTerms`, `redactPatterns` and what could smuggle, such as control characters.
   */
  redact?: "secrets" | "strict" | "off";
  /**
   * Exact strings that must not appear, in any case, where they are words of their own: `Ann` is
   * taken out of `Ann's`, `ann_2` and `AnnSmith`, not of `Annual`. In scripts that write no blanks
   * between words they are taken out everywhere. Any blanks and a line's end may stand between the words of one,
   * and it is found composed and decomposed, full width and half width. A placeholder is never changed, so that
   * to redact a redacted text again changes nothing. Default: none.
   */
  redactTerms?: string[];
  /**
   * Own patterns, up to 64. What one matches becomes a placeholder such as `[redacted:ticket#1]`, and so does the
   * same value elsewhere. Default: none.
   *
   * ```js
   * const redactPatterns = [
   *   { id: "ticket", pattern: "\\bACME-\\d+" },
   *   { id: "staff-number", pattern: "staff no\\. (\\d+)" }, // the number alone
   * ];
   * ```
   */
  redactPatterns?: RedactPattern[];
  /**
   * Values that no rule takes, such as a test key that everybody may see: where what a rule found is exactly one of
   * these, in the same case, it stays, and is not looked for elsewhere. A longer value that holds one is redacted whole.
   * What `redactTerms` or `redactPatterns` take is redacted all the same, and the home folder is always `~`. The
   * document says how many of them it shows. Up to 1,000. Default: none.
   *
   * ```js
   * const keep = ["not-a-secret-1234"]; // `password=not-a-secret-1234` stays
   * ```
   */
  keep?: string[];
}

/** What an own pattern redacts, and its name in placeholders. */
export interface RedactPattern {
  /** 1 to 40 small letters, digits and single hyphens; not the id of a rule of this package. */
  id: string;
  /**
   * A regular expression of the Rust crate [regex](https://docs.rs/regex/latest/regex/#syntax), which takes time linear
   * in the text: it has no look-around and no back-references. Its first group is redacted, or all that it matches
   * where it has none. It must not match the empty text. `(?i)` ignores case, with `(?s)` a dot takes line ends too.
   * Where alternatives start at the same place, one that ends more than 4 KB farther than another may not be seen:
   * make two patterns of them.
   */
  pattern: string;
}

/** Where a text comes from, as far as it is known: `redactText` then need not guess what it is. */
export interface TextHint {
  /** The file that holds the text, such as `.env`, `deploy/values.yaml` or `src/main.rs`. Only its name counts. */
  filePath?: string;
  /** The language of the text, as behind the marks of a fence: `yaml`, `bash`. */
  language?: string;
  /** The command whose output the text is: `cat .env`, `pass show shop/db`. */
  command?: string;
  /** The tool whose output the text is, as an agent calls it: `postgres_query`. */
  tool?: string;
}

/** How `redactText` redacts. */
export interface RedactTextOptions extends RedactOptions {
  /** Where the text comes from. Default: it is not known. */
  hint?: TextHint;
}

/** What a document holds, and how. Every option has a default. */
export interface ExportOptions extends RedactOptions {
  /**
   * The kind of document. Default: the one that the extension of the path names in `writeExport`, else
   * `"markdown"`. `schema/session-log.schema.json` of this package describes `"json"`, which
   * `opencode import` takes. `"html"` is a page with search and filters; it loads nothing, and holds the
   * same as `"markdown"` with the same options.
   */
  format?: "markdown" | "json" | "html";
  /**
   * The shape of a JSON document: what `opencode import` takes (default), or PawWork's snapshot.
   */
  jsonShape?: "opencode" | "pawwork";
  /**
   * Tool calls: none, one line each (default), or with their input and output (default of JSON).
   */
  tools?: "none" | "summary" | "full";
  /** File changes: none, a table (default), or with the patches (default of JSON). */
  diffs?: "none" | "summary" | "full";
  /** Whether to show what the model wrote to itself. Default: `false`. */
  reasoning?: boolean;
  /** Whether to show tokens and cost. Default: `true`. */
  usage?: boolean;
  /** Whether to show sub-agent sessions. Default: `true`. */
  children?: boolean;
  /**
   * Shows a part of the session, and says so in the head: some turns, as the document numbers them, those in which
   * something was written since a time, and only what the user wrote (`"prompts"`) or what the user and the assistant
   * wrote (`"messages"`), without tool calls and file changes unless `tools` and `diffs` ask for them. A turn is shown
   * as a whole; a sub-agent where the turn is that started it. Secrets are learned from all of the session. A part that
   * holds nothing is `ERR_INVALID_OPTION`. Default: all of it.
   *
   * ```js
   * const part = { turns: { from: 3, to: 9 } };
   * const lastHalfHour = { since: Date.now() - 30 * 60_000, only: "messages" };
   * ```
   */
  part?: {
    turns?: { from: number; to: number };
    since?: number;
    only?: "prompts" | "messages";
  };
  /** The application that the document names, and the system that it runs on. Default: the stored ones. */
  app?: { name: string; version?: string; system?: string };
  /**
   * What the application knows of itself and of the computer, such as `{ app_version, build_channel,
   * platform, os_version, locale, timezone }`: it goes into `runtime_context` of a JSON document, redacted
   * like all else, and wins over what the source tells. At most 256 KB as JSON. Default: what the source tells.
   */
  runtimeContext?: Record<string, unknown>;
  /** Display names of models by `provider/model`. Default: the ids. */
  models?: Record<string, string>;
  /** The time zone of all times; the offset is always shown. Default: `"local"`. */
  timeZone?: "local" | "utc";
  /** The language of the exporter's own words. Default: `"en"`. */
  locale?: "en" | "zh";
  /**
   * Attachments: listed with name, type, size and SHA-256 (default), or also written into a folder
   * beside the document, `session_files` for `session.md`, which links them and shows images. Each
   * content is written once, under a name that every system takes and that runs nothing when it is
   * opened. Texts among them are redacted; images and other files cannot be. The folder appears
   * together with the document; where it exists, `overwrite` decides, and other files in it stay.
   * `"extract"` is for `writeExport`; `maxBytes` does not count it.
   *
   * `"embed"` shows them in the page itself (`format: "html"` only): PNG, JPEG, GIF, WebP and AVIF as images, texts
   * folded and redacted. What the page cannot show, and what `maxEmbedBytes` leaves no room for, is listed and counted.
   * Images are not redacted, and the page says so.
   */
  attachments?: "omit" | "extract" | "embed";
  /**
   * How much of attachments a page shows with `attachments: "embed"`, in bytes from 1, counted in the order of
   * the messages. One that is too large is named, and smaller ones behind it are shown. Default: 10,000,000.
   */
  maxEmbedBytes?: number;
  /**
   * Whether a page (`format: "html"` only) lists its redactions beside the conversation: each with what stands around it,
   * to be gone through one after the other. The list is part of the page, also of one that is saved. Default: `false`.
   */
  report?: boolean;
  /**
   * How much of the texts of one part (a message's text, a tool call's input and output, a patch) is
   * shown, in bytes from 1. What is cut off the end is told there, and in the head. It is cut after
   * redaction, between lines or characters; the newest error stays whole. Default: all.
   */
  maxPartBytes?: number;
  /**
   * How large the document may be, in bytes from 1; it is never larger. The longest texts are cut
   * first; where that is not enough, whole messages are left out, the oldest first, and the first
   * message and the newest error stay. A budget that does not even hold those is
   * `ERR_INVALID_OPTION`, which tells what it takes. Default: any size.
   */
  maxBytes?: number;
  /**
   * When the export was made, in milliseconds since the Unix epoch. Default: now. With it (and
   * `timeZone: "utc"`) the same session gives the same bytes.
   */
  exportedAt?: number;
}

/** What `writeExport` takes beside `ExportOptions`. */
export interface WriteOptions extends ExportOptions {
  /** Whether an existing file may be replaced. Default: `false`, which is `ERR_EXISTS`. */
  overwrite?: boolean;
  /** Stops the export; the promise is then rejected with an `AbortError` (`ERR_ABORTED`). */
  signal?: AbortSignal;
  /** Told how far the export is, about ten times a second, and once at its end. */
  onProgress?: (progress: ExportProgress) => void;
}

/** What `prepareExport` takes beside `ExportOptions`. */
export interface PrepareOptions extends ExportOptions {
  /** Stops the export; the promise is then rejected with an `AbortError` (`ERR_ABORTED`). */
  signal?: AbortSignal;
  /** Told how far the export is, about ten times a second, and once at its end. */
  onProgress?: (progress: ExportProgress) => void;
}

/** What `PreparedExport.save` takes. */
export interface SaveOptions {
  /** Whether an existing file may be replaced. Default: `false`, which is `ERR_EXISTS`. */
  overwrite?: boolean;
  /** Stops the writing; the promise is then rejected with an `AbortError` (`ERR_ABORTED`). */
  signal?: AbortSignal;
  /** Told once when nothing but the file's name is missing. */
  onProgress?: (progress: ExportProgress) => void;
}

/** A document that waits for its review. */
export interface PreparedExport {
  /** What is in the document, each redaction in its context; its `path` is that of the private file. */
  readonly report: ExportReport;
  /** The absolute path of the private file, for a window that shows it: `session.md`, `session.json` or `session.html`. */
  readonly path: string;
  /**
   * The document as a string, read anew each time that it is asked for.
   *
   * @throws `ERR_TOO_LARGE` where it is longer than a string can be, `ERR_EXPORT_CHANGED` where the private file is not
   * as it was made, `ERR_EXPORT_DISPOSED`, `ERR_READ_FAILED`, `ERR_OUT_OF_MEMORY`
   */
  readonly text: string;
  /**
   * Writes the very document that was reviewed to a file, all or nothing, off the main thread, as often as wanted.
   *
   * @example
   * ```js
   * const { path } = await prepared.save("session.md", { overwrite: true });
   * ```
   *
   * @param path the file; a relative path is resolved against the working folder
   * @param options see `SaveOptions`
   * @returns the report with the path of the file
   * @throws (as a rejection) `ERR_EXPORT_CHANGED` where the private file is not as it was made, `ERR_EXPORT_DISPOSED`,
   * `ERR_EXISTS`, `ERR_WRITE_FAILED` (with the system's code as `cause.code`), `ERR_READ_FAILED`, `ERR_INVALID_OPTION`,
   * `ERR_ABORTED` (an `AbortError`), and what `onProgress` throws; nothing is left behind then
   */
  save(path: string, options?: SaveOptions): Promise<ExportReport>;
  /** Removes the private file. It may be called more than once. What `save` is writing at that moment is still written. */
  dispose(): void;
}

/** What `enableWebPublishing` takes. */
export interface EnableWebPublishingOptions {
  /** Where sessions may be published: an `https:` origin, or an `http:` one on loopback. */
  origin: string;
  /** States that the user was shown `webPublishingWarning()` and agreed. */
  acknowledged: true;
}

/** What `assertWebPublishing` and `isWebPublishingEnabled` ask about. */
export interface WebPublishingQuestion {
  /** Where the session would be published; `undefined` is no origin, and never passes. */
  origin?: string | undefined;
}

/** What `guardShareNext` takes. */
export interface GuardShareNextOptions {
  /** Names of members that are left alone, such as `"init"`, `"nested.sync"`. Default: none. */
  passthrough?: string[];
}

/**
 * Why a document does not show something: `step-marker` (the start and end of a request to the model, and the hash of a
 * snapshot), `reasoning`, `tool`, `diff`, `empty-text`, `sub-agent` (the option was off), `unreadable` (a damaged row
 * of the store; the warnings name it), `orphan` (a part whose message is not in the store), `budget` (a part of a
 * message that `maxBytes` leaves no room for), `part` (a part of a message outside of `part`), `tool-details` (the input and output of a tool call that is shown as one
 * line), `runtime-text` (what the runtime added to the conversation), `attachment-content`, `image-data` (an image in a
 * text), `system-prompt`, `response-details` (headers and body of the HTTP response to a failed request).
 */
export type OmissionReason =
  | "attachment-content"
  | "budget"
  | "diff"
  | "empty-text"
  | "image-data"
  | "orphan"
  | "part"
  | "reasoning"
  | "response-details"
  | "runtime-text"
  | "step-marker"
  | "sub-agent"
  | "system-prompt"
  | "tool"
  | "tool-details"
  | "unreadable";

/**
 * What this package throws, and what its promises are rejected with.
 *
 * ```ts
 * try {
 *   await writeExport("session.md", { sessionID });
 * } catch (error) {
 *   const { code, message } = error as SessionExportError;
 *   if (code !== "ERR_ABORTED") showError(message);
 * }
 * ```
 */
export interface SessionExportError extends Error {
  /** Stable: it means the same in every version. */
  code: SessionExportErrorCode;
  /** Where the session is wrong (`ERR_INVALID_SESSION`), as a JSON path. */
  path?: string;
  /** The ids that could have been meant (`ERR_SESSION_NOT_FOUND`), up to ten. */
  matches?: string[];
  /** The system's own error, where there is one, such as `{ code: "ENOSPC" }`. */
  cause?: { code?: string };
}

/** What `verifyExport` takes. */
export interface VerifyOptions {
  /** Stops it; the promise is then rejected with an `AbortError` (`ERR_ABORTED`). */
  signal?: AbortSignal;
}

/** The errors of this package are `Error`s with one of these as their `code`. */
export type SessionExportErrorCode =
  | "ERR_ABORTED"
  | "ERR_ADDON_NOT_LOADED"
  | "ERR_EXISTS"
  | "ERR_EXPORT_CHANGED"
  | "ERR_EXPORT_DISPOSED"
  | "ERR_INTERNAL"
  | "ERR_INVALID_OPTION"
  | "ERR_INVALID_SESSION"
  | "ERR_NOTHING_TO_WRITE"
  | "ERR_OUT_OF_MEMORY"
  | "ERR_PUBLISHING_ORIGIN_REFUSED"
  | "ERR_READ_FAILED"
  | "ERR_REDACTION_INCOMPLETE"
  | "ERR_SESSION_NOT_FOUND"
  | "ERR_STORE_NOT_FOUND"
  | "ERR_STORE_UNREADABLE"
  | "ERR_TOO_LARGE"
  | "ERR_WEB_PUBLISHING_DISABLED"
  | "ERR_WRITE_FAILED";

/**
 * Throws unless web publishing is enabled. Call it first in whatever publishes a session, and again with
 * the origin once the call knows it: a runtime publishes where its own settings point to.
 *
 * @example
 * ```js
 * assertWebPublishing("ShareNext.create");
 * assertWebPublishing("ShareNext.create", { origin: new URL(baseUrl).origin });
 * ```
 *
 * @param call what was about to publish, such as `ShareNext.create`; it is named in the error
 * @param options `origin`: passes only while publishing is enabled for exactly this origin; what is no
 * origin, such as `undefined`, never passes
 * @throws `ERR_WEB_PUBLISHING_DISABLED`, `ERR_PUBLISHING_ORIGIN_REFUSED` for another origin while
 * publishing is enabled, and `ERR_INVALID_OPTION` for other options, and for what is no plain object
 */
export declare function assertWebPublishing(call: string, options?: WebPublishingQuestion): void

/**
 * Turns web publishing off, for the whole process: main thread and worker threads.
 *
 * @example
 * ```js
 * disableWebPublishing();
 * isWebPublishingEnabled(); // false
 * ```
 */
export declare function disableWebPublishing(): void

/**
 * Turns web publishing on, for the whole process: main thread and worker threads.
 *
 * @example
 * ```js
 * if (await userAgrees(webPublishingWarning()))
 *   enableWebPublishing({ origin: "https://share.example.com", acknowledged: true });
 * ```
 *
 * @param options `origin`: where sessions may be published, hosting that your organisation
 * controls, an `https:` origin (`http:` on loopback, for tests); `acknowledged`: must be `true`,
 * which states that the user was shown `webPublishingWarning()` and agreed
 * @throws `ERR_PUBLISHING_ORIGIN_REFUSED` for another origin, and always for `opncd.ai`,
 * `opencode.ai` and their subdomains
 */
export declare function enableWebPublishing(options: EnableWebPublishingOptions): void

/** How many of something are stored, and how many of them the document shows. */
export interface ExportCounts {
  /** Stored in the session and its sub-agent sessions. */
  stored: number
  /** Shown in the document. */
  rendered: number
}

/** How far an export is. */
export interface ExportProgress {
  /**
   * `read`: messages are read and searched for secrets; `redact`: values that were found are
   * looked for everywhere, which is left out where there are none; `write`: the document is
   * written.
   */
  phase: 'read' | 'redact' | 'write'
  /** How many messages went through this phase. */
  done: number
  /** How many messages there are. */
  total: number
}

/** What `writeExport` wrote. */
export interface ExportReport {
  /** The absolute path of the file. */
  path: string
  /** The size of the file in bytes. */
  bytes: number
  /** The SHA-256 of the file in hexadecimal. */
  sha256: string
  /** The kind of document. */
  format: 'markdown' | 'json' | 'html'
  /** The session and its sub-agent sessions. */
  sessions: ExportCounts
  /** Messages. */
  messages: ExportCounts
  /** Parts of messages. */
  parts: ExportCounts
  /** What the document does not show. */
  omitted: Array<Omission>
  /**
   * How many bytes of texts were cut off to keep `maxPartBytes` and `maxBytes`, and of parts of an
   * unknown kind, which Markdown shows up to 4096 bytes; the document says so where they were.
   */
  truncated: number
  /** What was redacted, place by place in the order of the session: in all of it, also in what the document leaves out. */
  redactions: Array<Redaction>
  /** How many of the words in `keep` the document shows where a rule would have taken them. */
  kept: number
  /** Attachments that the document lists. */
  attachments: number
  /** The absolute path of the folder that their contents were written into, where they were. */
  attachmentFolder?: string
  /** What was odd in the stored data; the first 50. */
  warnings: Array<ExportWarning>
  /** Where the session was read from, if it was read from a store. */
  origin?: StoreOrigin
}

/**
 * Turns a session into a document and returns it, for a preview. The calling thread waits for it;
 * to write a file, use `writeExport`, and to review one first, `prepareExport`: neither blocks.
 *
 * Credentials are redacted unless `redact` is `"off"`, and the document says what was redacted
 * and left out. `writeExport(path)` without a session then writes this very text.
 *
 * @example
 * ```js
 * const text = exportSession({ sessionID: "ses_1" }, { tools: "full" });
 * ```
 *
 * @param session the session as an object, as JSON text, or as the bytes of a JSON file (see
 * `SessionInput` for the shapes), or the name of one in a store
 * @param options each has a default; see `ExportOptions`
 * @returns the document
 * @throws `ERR_INVALID_SESSION` (with the JSON path as `path`) where it is no session,
 * `ERR_SESSION_NOT_FOUND` (with `matches` where several ids start so), `ERR_STORE_NOT_FOUND`,
 * `ERR_STORE_UNREADABLE`, `ERR_INVALID_OPTION` for an unknown option or value, `ERR_TOO_LARGE`
 * where the document is longer than a string can be, `ERR_REDACTION_INCOMPLETE` where the
 * finished document still matches a redaction rule
 */
export declare function exportSession(session: SessionInput | StoredSession, options?: ExportOptions): string

/** Something odd in the stored data that did not stop the export. */
export interface ExportWarning {
  /** Where, as a JSON path made of known field names and numbers. */
  path: string
  /** What is odd, in English, without quoting the data. */
  message: string
}

/**
 * Finds the stores of OpenCode, PawWork, DSH, Claude Code, Codex and Crush that exist for this user: databases, homes
 * and, from old versions, folders of JSON files. The environment variables `XDG_DATA_HOME`, `OPENCODE_DB`, `DSH_HOME`,
 * `CLAUDE_CONFIG_DIR`, `CODEX_HOME` and `CRUSH_GLOBAL_DATA` count as they do for these. Crush and the first OpenCode
 * keep a database in the folder of each project: those of `project` are found, and those of the projects that Crush
 * itself lists. It waits for no lock: of a database that another program locks at that moment `generation` is absent,
 * and to list it waits.
 *
 * @example
 * ```js
 * for (const { product, path } of findStores()) console.log(product, path);
 * const ofProject = findStores("/home/robin/shop");
 * ```
 *
 * @param project the folder of a project in which to look as well; the current one where none is named
 * @returns the stores, OpenCode's first; empty where there are none
 * @throws `ERR_INVALID_OPTION` where the folder is no string
 */
export declare function findStores(project?: string): Array<Store>

/**
 * Wraps `fetch` so that no request publishes a session. It rejects, before anything is sent, each
 * request to a share endpoint (`/api/share`, `/api/shares` and below, on any host) and every request
 * to `opncd.ai`, `opencode.ai` and their subdomains; a redirect to such a place is not followed.
 * While publishing is enabled, share endpoints of the enabled origin are let through. Everything
 * else goes to the original, with its own properties kept. To wrap it twice wraps it once.
 *
 * The original gets a text and options of the wrapper's own making, also where a `Request` was given: its
 * body is then in the memory as a whole, unless it is a stream. A `dispatcher` belongs into the options: Node
 * 24 shows nobody the one inside a `Request`. Redirects are followed by the wrapper, one
 * at a time and to `http:` and `https:` only, so the original sees `redirect: "manual"` where a request did
 * not choose: that needs a `fetch` such as Node's and Bun's, which show them.
 *
 * @example
 * ```js
 * globalThis.fetch = guardFetch(globalThis.fetch);
 * await fetch("https://opncd.ai/api/share", { method: "POST" }); // ERR_WEB_PUBLISHING_DISABLED
 * ```
 *
 * @param fetch what is wrapped, such as `globalThis.fetch`
 * @returns the wrapped function; it rejects with `ERR_WEB_PUBLISHING_DISABLED`, and with
 * `ERR_PUBLISHING_ORIGIN_REFUSED` for another origin while publishing is enabled
 * @throws `ERR_INVALID_OPTION` where `fetch` is no function
 */
export declare function guardFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch

/**
 * Wraps what publishes: an object of functions, a module, an instance of a class, a class, a function, or a
 * service whose members return Promises or Effects. While web publishing is off, each function that is
 * reached through the result throws `ERR_WEB_PUBLISHING_DISABLED` when it is called, before the original is
 * touched. While it is on, the original is called with the same `this` and arguments.
 *
 * Reached are members by name and by symbol, those of the prototype, what getters give, functions on
 * functions, members of arrays, Maps and Sets, what a function or a class made (`client.create()`) or
 * hands to a callback, what a Promise resolves to, and what is thrown. Those ask again each time they are called,
 * an Effect each time it is run, a stream for each piece; a stream that was refused has ended. Data without
 * functions is given out as it is. A getter is read without asking; a setter asks.
 *
 * Not reached is what the wrapped object never gives out: subscriptions and timers that it made before or
 * makes inside, what an Effect yields or fails with, and what layers and tags of Effect make later. Nor is a
 * client that it puts into data which it gave out before: ask the wrapped object for the data again. So it is not sufficient
 * alone: guard `fetch` with `guardFetch` too, or the source. A namespace of nothing but layers and tags, such
 * as the `ShareNext` of OpenCode and PawWork, is refused: nothing that is called would be guarded.
 *
 * @example
 * ```js
 * const shareNext = guardShareNext(service, { passthrough: ["init", "url", "remove"] });
 * shareNext.create(sessionID); // ERR_WEB_PUBLISHING_DISABLED
 * ```
 *
 * @param shareNext what is wrapped; it is not changed
 * @param options `passthrough`: names of members that are left alone, such as `init`
 * @returns the wrapped object
 * @throws `ERR_INVALID_OPTION` where `shareNext` is no object, or has no member that can be called
 */
export declare function guardShareNext<T extends object>(shareNext: T, options?: GuardShareNextOptions): T

/**
 * Tells whether web publishing is enabled in this process. It is off at start, and no environment
 * variable and no configuration file turns it on.
 *
 * @example
 * ```js
 * isWebPublishingEnabled({ origin: new URL(settings.shareUrl).origin });
 * ```
 *
 * @param options `origin`: asks whether it is enabled for exactly this origin; what is no origin is
 * never enabled
 * @throws `ERR_INVALID_OPTION` for other options, and for what is no plain object, such as `null` or a list
 */
export declare function isWebPublishingEnabled(options?: WebPublishingQuestion): boolean

/**
 * Lists the sessions of a store, or of all that `findStores` finds, that were published on the
 * web, off the main thread. The secrets that belong to the publications are not read.
 *
 * @example
 * ```js
 * for (const { title, url } of await listPublishedSessions()) console.log(title, url);
 * ```
 *
 * @param store the path of a database or a folder of JSON files
 * @param options `signal`: stops it
 * @returns the sessions, the one published last first; `unreadable` as for `listSessions`
 * @throws (as a rejection) `ERR_STORE_NOT_FOUND`, `ERR_STORE_UNREADABLE`, `ERR_ABORTED` (an `AbortError`)
 */
export declare function listPublishedSessions(store?: string, options?: ListOptions): Promise<Listed<PublishedSession>>

/**
 * Lists the sessions of a store, or of all that `findStores` finds, off the main thread. A session that several
 * stores hold is listed once, with `alsoIn`.
 *
 * @example
 * ```js
 * const sessions = await listSessions();
 * for (const { store, message } of sessions.unreadable) console.warn(`${store}: ${message}`);
 * const signal = AbortSignal.timeout(5000);
 * const ofOne = await listSessions("/backup/opencode.db", { signal });
 * ```
 *
 * @param store the path of a database or a folder of JSON files
 * @param options `signal`: stops it
 * @returns the sessions, the one changed last first; `unreadable` names the stores that could not be read while
 * others were, and those of which only some folders could not be read; where one store was asked for, that it cannot
 * be read at all is an error
 * @throws (as a rejection) `ERR_STORE_NOT_FOUND`, `ERR_STORE_UNREADABLE`, `ERR_ABORTED` (an `AbortError`)
 */
export declare function listSessions(store?: string, options?: ListOptions): Promise<Listed<SessionSummary>>

/** What the document does not show, by reason. */
export interface Omission {
  /** Why. */
  reason: OmissionReason
  /** How many. */
  count: number
}

/**
 * Calls a function for each call that the guard refuses in this thread, for a log: with the name of
 * the call and the host, never with content. What the function throws is ignored, and the call is
 * refused all the same.
 *
 * @example
 * ```js
 * const end = onRefused(({ call, host }) => log.warn(`refused: ${call} ${host ?? ""}`));
 * ```
 *
 * @param listener what is called, at once, before the refused call throws
 * @returns a function that ends this
 * @throws `ERR_INVALID_OPTION` where `listener` is no function
 */
export declare function onRefused(listener: (refusal: Refusal) => void): () => void

/**
 * Turns a session into a document in a private file, off the main thread, so that it can be reviewed before it is
 * saved.
 *
 * The file stands in a private folder among the computer's temporary files, readable by its owner only, for a window
 * that shows it. `report` tells what is in the document, and each redaction in its context. `save` writes the very
 * document that was reviewed, as often as wanted: where the private file was changed meanwhile, it refuses. `dispose`
 * removes the private file; so does the end of the process or of the worker thread, and the collection of the object.
 * What a killed process left is removed by a later export, after an hour.
 *
 * Two prepared exports have nothing in common: each saves its own document.
 *
 * @example
 * ```js
 * const prepared = await prepareExport({ sessionID: "ses_1" }, { format: "html", report: true });
 * try {
 *   await reviewWindow.loadFile(prepared.path);
 *   if (await userAgrees()) await prepared.save("/home/jo/session.html");
 * } finally {
 *   prepared.dispose();
 * }
 * ```
 *
 * @param session as for `writeExport`
 * @param options as for `exportSession`, and `signal` and `onProgress`; see `PrepareOptions`
 * @returns the prepared export
 * @throws (as a rejection) what `writeExport` throws, but for `ERR_EXISTS`; nothing is left behind then
 */
export declare function prepareExport(session: SessionInput | StoredSession, options?: PrepareOptions): Promise<PreparedExport>

/** A session that was published on the web, and may still be public. */
export interface PublishedSession {
  /** The session's id. */
  sessionID: string
  /** The title, as stored. */
  title?: string
  /** The address at which anybody could read it. */
  url: string
  /** When it was published, in milliseconds since the Unix epoch, where the store tells. */
  publishedAt?: number
  /** The path of the store that it is in. */
  store: string
}

/** A text without its secrets. */
export interface RedactedText {
  /** The text; the very one that was given where nothing is redacted. */
  text: string
  /** What was redacted, by rule. */
  redactions: Array<Redaction>
}

/** Where something was redacted. It never holds the value. */
export interface Redaction {
  /**
   * The rule, which is the name in the placeholder: `github-token` for
   * `[redacted:github-token#1]`.
   */
  rule: string
  /** How many places: 1 where there is a `context`, else how often in this field. */
  count: number
  /** The message, unless it was in the session's own fields. */
  messageID?: string
  /** The part, unless it was in the message's own fields. */
  partID?: string
  /** The field, such as `state.output`. */
  field: string
  /**
   * The placeholder with up to 60 characters before and behind it, redacted as the document is. An export gives the
   * first 10,000; further ones of a rule in a field are counted together. Those in the content of an attachment have
   * none, and neither have those of `redactText`.
   */
  context?: string
}

/**
 * Redacts a text that is no session, such as a log or a problem report, by the same rules:
 * credentials become placeholders such as `[redacted:github-token#1]`, the same one for the same
 * secret, and the home folder `~`. Control and invisible characters are removed or made visible,
 * because they could split a secret. To redact a text twice changes nothing more, unless an own pattern counts
 * what it takes, such as `id (.{9})`: it counts a placeholder too.
 *
 * A hint tells where the text is from. In a data file every value beside a name such as `DB_PASSWORD` is redacted,
 * also one that looks like a word or like code. A hint never leaves a token or a password in that would be
 * redacted without it, unless the text itself is program source.
 *
 * @example
 * ```js
 * redactText("DB_PASSWORD: sunflower", { hint: { filePath: "deploy/values.yaml" } }).text
 * // "DB_PASSWORD: [redacted:named-secret#1]"
 * redactText("sunflower", { hint: { command: "pass show shop/db" } }).text
 * // "[redacted:named-secret#1]"
 * ```
 *
 * @param text the text
 * @param options `redact`, `redactTerms`, `redactPatterns` and `keep`, as for `exportSession`, and `hint`
 * @returns the text, and what was redacted: never the values
 * @throws `ERR_INVALID_OPTION`, also where `text` is no string or `hint` is none; `ERR_TOO_LARGE` where the result is
 * longer than a string may be
 */
export declare function redactText(text: string, options?: RedactTextOptions): RedactedText

/** A call that the guard refused. It holds nothing of the session. */
export interface Refusal {
  /** What was called: a name such as `ShareNext.create`, or `fetch`. */
  call: string
  /** The host of the request, where `fetch` was called. */
  host?: string
}

/**
 * A session in a store. Title and folder are as stored, for the screen of the user whose they are:
 * they are not redacted.
 */
export interface SessionSummary {
  /** The session's id. */
  sessionID: string
  /**
   * The application that it is of, as `findStores` names it. Of a database or folder in another place than the usual,
   * it is `pawwork` where the path says so, else `opencode`.
   */
  product: 'opencode' | 'pawwork' | 'dsh' | 'claude-code' | 'codex' | 'crush'
  /** The title. */
  title?: string
  /** When it was created, in milliseconds since the Unix epoch. */
  created?: number
  /** When it was last changed, in milliseconds since the Unix epoch. */
  updated?: number
  /**
   * How many messages it has: as many as its document holds, where several stores have some. Of a log of DSH of more
   * than 64 kB, of all in a home with more than 2,000, of one of Claude Code of more than 48 kB and of one of Codex of
   * more than 80 kB, it is an estimate.
   */
  messageCount: number
  /** The session that started this one. */
  parentID?: string
  /** The working folder. */
  directory?: string
  /** True where it was published on the web; it may still be public. */
  published: boolean
  /** True where the user put the session away. */
  archived: boolean
  /**
   * The path of the store that it is in; of several, the one whose copy is the fullest, and of those the one that
   * was changed last. The document of the session tells of the same.
   */
  store: string
  /**
   * The paths of the other stores that hold it; absent where there is none. `{ sessionID }` without a store
   * exports what all of them hold.
   */
  alsoIn?: Array<string>
  /**
   * The session that its beginning repeats, from which it goes on: Claude Code 1.0 began a new log with each resume.
   * Absent where there is none. A session that no other one repeats is the newest.
   */
  repeats?: string
}

/** A store that exists on this computer. */
export interface Store {
  /** The application that it belongs to. */
  product: 'opencode' | 'pawwork' | 'dsh' | 'claude-code' | 'codex' | 'crush'
  /** The release channel; absent for the main one. */
  channel?: string
  /** The absolute path of the database, of the folder of JSON files, or of the home of DSH. */
  path: string
  /** The size of the database in bytes, with its log; absent for a folder. */
  bytes?: number
  /**
   * 0 for a folder of JSON files, 1 for a database of OpenCode 1 or PawWork, 2 for one of
   * OpenCode 2, 3 for the logs of DSH, which PawWork runs on since August 2026, 4 for those of Claude Code, 5 for those
   * of Codex, 6 for a database of Crush or of the first OpenCode; absent where it cannot be read now.
   */
  generation?: 0 | 1 | 2 | 3 | 4 | 5 | 6
}

/** The store that a session was read from. */
export interface StoreOrigin {
  /** The database, or the folder of JSON files. */
  path: string
  /**
   * 0 for a folder of JSON files, 1 for a database of OpenCode 1 or PawWork, 2 for one of OpenCode 2, 3 for the
   * logs of DSH, 4 for those of Claude Code, 5 for those of Codex, 6 for a database of Crush or of the
   * first OpenCode.
   */
  generation: 0 | 1 | 2 | 3 | 4 | 5 | 6
  /** The tables that were read. */
  tables: Array<string>
  /**
   * The other stores that the session was read from: where no store was named and several hold the session,
   * what each of them holds is shown.
   */
  alsoIn?: Array<string>
}

/**
 * Suggests a file name for a session's document, from its date and its redacted title, such as
 * `2026-11-22 Fix negative totals.md`. Windows, macOS and Linux all take it, and it is at most
 * 120 bytes long before the extension.
 *
 * It reads no messages: `{ info }` is enough, and of a session in a store only its own row or file is read.
 *
 * @example
 * ```js
 * suggestFileName({ info: { id: "ses_1", title: "Fix totals", time: { created: Date.now() } } });
 * suggestFileName({ sessionID: "ses_1" }, { format: "html" });
 * ```
 *
 * @param session as for `exportSession`, or `{ info }` alone
 * @param options as for `exportSession`; `format` decides the extension and `timeZone` the date
 * @returns the file name, without a folder
 * @throws `ERR_INVALID_SESSION`, `ERR_INVALID_OPTION`, and for a session in a store what
 * `exportSession` throws
 */
export declare function suggestFileName(session: SessionInput | StoredSession | Pick<Session, "info">, options?: ExportOptions): string

/** A store that could not be read while all were listed. */
export interface UnreadableStore {
  /** The path of the database, or of the folder. */
  store: string
  /** A code, as errors have it. */
  code: SessionExportErrorCode
  /** Why, and what to do. */
  message: string
}

/** What a file holds, and whether that agrees with its closing line. */
export interface Verification {
  /** The absolute path of the file. */
  path: string
  /** True where the file is complete and unchanged: there are no problems. */
  intact: boolean
  /** The kind of document that it looks like. */
  format: 'markdown' | 'json' | 'html'
  /** The size of the file in bytes. */
  bytes: number
  /** The SHA-256 of the whole file in hexadecimal; `ExportReport` has the same. */
  sha256: string
  /** The sessions that the closing line speaks of, where there is one. */
  sessions?: ExportCounts
  /** The messages that it speaks of. */
  messages?: ExportCounts
  /** The parts of messages that it speaks of. */
  parts?: ExportCounts
  /** What does not agree. */
  problems: Array<VerificationProblem>
}

/** Something that does not agree with the closing line of a file. */
export interface VerificationProblem {
  /**
   * What: `no-closing-line`, `after-closing-line`, `hash`, or what there is more or less of than
   * the closing line says: `sessions`, `turns`, `messages`, `parts`.
   */
  code: 'no-closing-line' | 'after-closing-line' | 'hash' | 'sessions' | 'turns' | 'messages' | 'parts'
  /** A sentence on it, in English. */
  message: string
}

/**
 * Checks, off the main thread, whether a file that `writeExport` wrote is still complete and
 * unchanged: by the hash in its closing line, and by counting what it holds. Whoever changes a file
 * can also write a new hash into it: this shows accidents, and what was changed by hand.
 *
 * @example
 * ```js
 * const { intact, problems } = await verifyExport("session.md");
 * if (!intact) console.warn(problems.map(({ message }) => message).join(" "));
 * ```
 *
 * @param path the file; a relative path is resolved against the working folder
 * @param options `signal`: stops it
 * @returns what the file holds and what does not agree
 * @throws (as a rejection) `ERR_READ_FAILED` (with the system's code as `cause.code`),
 * `ERR_INVALID_OPTION` where `path` is no string, `ERR_ABORTED` (an `AbortError`)
 */
export declare function verifyExport(path: string, options?: VerifyOptions): Promise<Verification>

/**
 * The warning to show before web publishing is enabled: what is published, to whom, for how long,
 * and that it cannot surely be taken back.
 *
 * @example
 * ```js
 * const { response } = await dialog.showMessageBox({ message: webPublishingWarning("zh"), buttons });
 * ```
 *
 * @param locale `"en"` (default) or `"zh"`; a longer tag such as `"zh-CN"` counts as its
 * language, and any other language as English
 * @returns the warning, some paragraphs of plain text
 */
export declare function webPublishingWarning(locale?: string): string

/**
 * Turns a session into a document and writes it to a file, off the main thread.
 *
 * The file is there completely or not at all: the document goes into a temporary file beside the
 * target, readable by its owner only, is flushed to the disk, read back and compared, and then
 * renamed. A session in a store is read one message at a time, so that it may be larger than the
 * memory; what is known of a long one before its turn waits in a second temporary file there, which
 * has no name and is gone however the process ends.
 *
 * Without a session it writes the very text that the last `exportSession` of this thread
 * returned, so that what was reviewed is what is written; of the options only `overwrite`,
 * `signal` and `onProgress` may then be given.
 *
 * @example
 * ```js
 * const report = await writeExport("session.md", { sessionID: "ses_1" }, {
 *   signal: AbortSignal.timeout(60_000),
 *   onProgress: ({ done, total }) => window.setProgressBar(done / total),
 * });
 * ```
 *
 * @param path the file; a relative path is resolved against the working folder
 * @param session as for `exportSession`; one of more than 64 KB that is not in a store is taken over in
 * slices of a few milliseconds, so leave it as it is until the promise settles
 * @param options as for `exportSession`, and `overwrite`, `signal` and `onProgress`; see
 * `WriteOptions`
 * @returns what was written
 * @throws (as a rejection) what `exportSession` throws, but for `ERR_TOO_LARGE`, and
 * `ERR_NOTHING_TO_WRITE`, `ERR_EXISTS`, `ERR_WRITE_FAILED` (with the system's code as
 * `cause.code`), `ERR_ABORTED` (an `AbortError`), and what `onProgress` throws; nothing is left behind then
 */
export declare function writeExport(path: string, session?: SessionInput | StoredSession, options?: WriteOptions): Promise<ExportReport>
