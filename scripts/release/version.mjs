// Versions and the tags that go with them.

/** Versions of Semantic Versioning without build metadata, which npm drops. */
const VERSION =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/**
 * The dist-tag under which npm gives a version out: `latest`, or the first word of a pre-release, such as `beta` for
 * 1.2.3-beta.1. `undefined` for what is no version, and for a pre-release whose first word is no word or is `latest`.
 */
export function distTagOf(version) {
  const match = VERSION.exec(version);
  if (!match) return undefined;
  if (match[1] === undefined) return "latest";
  const word = match[1].split(".")[0];
  const isWord = /^[a-z]+$/.test(word) && word !== "latest";
  return isWord ? word : undefined;
}
