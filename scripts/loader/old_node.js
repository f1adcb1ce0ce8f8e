/**
 * Throws one sentence in a Node that lacks a function which the addon calls: strings that V8 takes over without a copy,
 * in Node since 18.18 and 20.4. There `exportSession` would return nothing. `scripts/loader.mjs` puts it into index.js.
 */
function refuseOldNode() {
  const { node } = process.versions;
  const [major, minor] = node.split(".").map(Number);
  const hasIt =
    major > 20 || (major === 20 && minor >= 4) || (major === 18 && minor >= 18);
  if (hasIt) return;
  const error = new Error(
    `__PACKAGE__ needs Node __ENGINES__, or an Electron since 28: this is Node ${node}; use a newer one.`,
  );
  error.code = "ERR_ADDON_NOT_LOADED";
  throw error;
}
