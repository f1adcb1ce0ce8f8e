// The guard alone: what refuses to publish a session on the web.
const {
  assertWebPublishing,
  disableWebPublishing,
  enableWebPublishing,
  guardFetch,
  guardShareNext,
  isWebPublishingEnabled,
  onRefused,
  webPublishingWarning,
} = require("./index.js");

module.exports = {
  assertWebPublishing,
  disableWebPublishing,
  enableWebPublishing,
  guardFetch,
  guardShareNext,
  isWebPublishingEnabled,
  onRefused,
  webPublishingWarning,
};
