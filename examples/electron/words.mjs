// Everything that the menu, the dialogs and the review window say.
import { chinese } from "./words-zh.mjs";

const english = {
  language: "en",
  // The menu and the dialogs.
  menu: "Session",
  newWindow: "New Window",
  exportItem: "Export Session Log…",
  reviewItem: "Review and Export Session Log…",
  cancelItem: "Cancel Export",
  saveTitle: "Export Session Log",
  failed: "The session log was not exported",
  formats: { html: "Page", markdown: "Markdown", json: "JSON" },
  // The review window.
  reviewTitle: "Review Session Log",
  documentTitle: "The session log, as it will be saved",
  search: "Search in the document",
  previousHit: "Previous hit",
  nextHit: "Next hit",
  format: "Format",
  options: "Options",
  reasoning: "Reasoning of the model",
  toolDetail: "Tool calls and file changes in full",
  strict: "Strict: addresses, paths and names too",
  terms: "Also take out, one a line",
  termsHint: "A name, a customer, a project",
  redactions: "Redactions",
  previousPlace: "Previous redaction",
  nextPlace: "Next redaction",
  noRedactions:
    "Nothing was redacted. A secret that nothing names cannot be recognised: read the document before you hand it over.",
  morePlaces: "{0} more. The arrows lead to them.",
  leftOut: "What the document holds",
  save: "Save…",
  copy: "Copy",
  show: "Show in Folder",
  cancel: "Cancel",
  close: "Close",
  noHits: "Not in the document",
  hitsOf: "{0} of {1}",
  preparing: "Preparing the document…",
  saving: "Saving…",
  saved: "Saved as {0}.",
  copied: "Copied.",
  otherFormat:
    "You chose another format. The document is shown in it now: look it over, then save.",
  lost: "This window has lost its application. Close it and start again.",
  // The counts.
  counts: {
    messages: (shown, stored) =>
      shown === stored
        ? `Messages: ${stored}`
        : `Messages: ${shown} of ${stored}`,
    sessions: (shown, stored) =>
      shown === stored
        ? `Sessions with those of sub-agents: ${stored}`
        : `Sessions with those of sub-agents: ${shown} of ${stored}`,
    redacted: (rule, places) => `Redacted, ${rule}: ${places}`,
    omitted: (what, count) => `Left out, ${what}: ${count}`,
    truncated: (bytes) => `Cut off, bytes: ${bytes}`,
    attachments: (count) => `Attachments, without their content: ${count}`,
    kept: (count) => `Words that you keep, shown: ${count}`,
    warnings: (count) => `Oddities in what was stored: ${count}`,
  },
  omitted: {
    "step-marker": "marks of steps",
    reasoning: "reasoning",
    tool: "tool calls",
    diff: "file changes",
    "empty-text": "empty texts",
    "sub-agent": "parts of sub-agents",
    unreadable: "damaged rows",
    part: "parts of messages outside of the part that is shown",
    orphan: "parts without a message",
    budget: "parts for which there was no room",
    "tool-details": "inputs and outputs of tool calls",
    "image-data": "data of images",
    "runtime-text": "texts of the runtime",
    "attachment-content": "contents of attachments",
    "system-prompt": "system prompts",
    "response-details": "details of failed requests",
  },
  unknownError:
    "Something went wrong that this application did not expect. Try again; if it stays so, report it.",
  errors: {
    ERR_ABORTED: "The export was cancelled. Nothing was written.",
    ERR_ADDON_NOT_LOADED:
      "The exporter is missing or damaged. Install this application again.",
    ERR_EXISTS:
      "There is a file of this name already, and it was left as it is. Choose another name.",
    ERR_EXPORT_CHANGED:
      "The prepared document was changed by another program, so it was not given out. Close this window and export again.",
    ERR_EXPORT_DISPOSED:
      "The prepared document is not there any more. Close this window and export again.",
    ERR_INTERNAL:
      "The export failed because of a bug. Nothing was written. Please report it.",
    ERR_INVALID_OPTION:
      "An option or the file's name cannot be used. Choose another name, or check the words to take out.",
    ERR_INVALID_SESSION:
      "This session cannot be exported, because it is not stored as it should be. Please report it.",
    ERR_NOTHING_TO_WRITE:
      "There is nothing to write yet. Open a session first.",
    ERR_OUT_OF_MEMORY:
      "There is too little memory. Close other programs and try again.",
    ERR_PUBLISHING_ORIGIN_REFUSED:
      "Sessions are not published at this address. Export the log to a file instead.",
    ERR_READ_FAILED:
      "A file could not be read. Check that it is there and that you may open it.",
    ERR_REDACTION_INCOMPLETE:
      "A password or key could not be taken out, so nothing was written. Add it to the words to take out, and report this.",
    ERR_SESSION_NOT_FOUND: "The session is not there any more.",
    ERR_STORE_NOT_FOUND:
      "No sessions were found on this computer. Start the agent once and try again.",
    ERR_STORE_UNREADABLE:
      "The sessions could not be read. Restart the application and try again.",
    ERR_TOO_LARGE: "The document is too large to copy. Save it to a file.",
    ERR_WEB_PUBLISHING_DISABLED:
      "Publishing on the web is off. Export the log to a file instead.",
    ERR_WRITE_FAILED:
      "The file could not be written. Close it in other programs, choose another folder, or make room on the disk.",
  },
};

/** The words for a locale such as `zh-CN`; English for all that is not Chinese. */
export const wordsFor = (locale) => (/^zh\b/i.test(locale) ? chinese : english);

/** Fills `{0}`, `{1}` in words. */
export const fill = (text, ...values) =>
  text.replace(/\{(\d)\}/g, (_, index) => String(values[index]));
