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
