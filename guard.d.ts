// The guard alone: what refuses to publish a session on the web.
export {
  assertWebPublishing,
  disableWebPublishing,
  enableWebPublishing,
  type EnableWebPublishingOptions,
  guardFetch,
  guardShareNext,
  type GuardShareNextOptions,
  isWebPublishingEnabled,
  onRefused,
  type Refusal,
  type SessionExportError,
  type SessionExportErrorCode,
  webPublishingWarning,
  type WebPublishingQuestion,
} from "./index";
