/**
 * Tells in one sentence why the addon was not loaded and what to do. `scripts/loader.mjs` puts this function into
 * index.js, where `require`, `isMusl` and `loadErrors` are, in place of advice on a bug of npm.
 */
function missingAddon() {
  const { existsSync } = require("fs");
  const { join } = require("path");
  const { platform, arch, env } = process;
  const abi = () => {
    if (platform === "win32") return "-msvc";
    if (platform === "linux") return isMusl() ? "-musl" : "-gnu";
    return "";
  };
  const system = `${platform}-${arch}${abi()}`;
  const supported = __SUPPORTED__;
  const name = "__PACKAGE__";
  const file = `__BINARY__.${system}.node`;
  const runsOn = `supported are ${supported.join(", ")}.`;
  const pack =
    'in an Electron application, pack it outside of the archive (asarUnpack: ["**/*.node"])';
  // A file that is missing tells nothing. One that is there and fails has a reason, such as a C library that is too old.
  const cause = loadErrors.find(
    (error) => !error || error.code !== "MODULE_NOT_FOUND",
  );
  const reason = cause
    ? String(cause.message || cause)
        .split("\n", 1)[0]
        .replace(/\.$/, "")
    : "";
  let message;
  if (env.NAPI_RS_NATIVE_LIBRARY_PATH) {
    const why = reason ? `failed (${reason})` : "is missing";
    message = `The addon of ${name} that NAPI_RS_NATIVE_LIBRARY_PATH names ${why}: correct the path, or unset the variable.`;
  } else if (!supported.includes(system)) {
    message = `${name} has no addon for ${system}: use it on one of the systems that it supports, ${supported.join(", ")}.`;
  } else if (cause || existsSync(join(__dirname, file))) {
    const why = reason ? ` (${reason})` : "";
    message = `The addon of ${name} for ${system}, ${file}, could not be loaded in ${__dirname}${why}: install the package again on the system that runs it, and ${pack}; ${runsOn}`;
  } else {
    message = `The addon of ${name} for ${system} is missing: ${file} is not in ${__dirname}, and the package ${name}-${system} is not installed; install ${name} again with its optional packages (npm install --include=optional) on the system that runs it, and ${pack}; ${runsOn}`;
  }
  const error = new Error(message);
  error.code = "ERR_ADDON_NOT_LOADED";
  if (cause) error.cause = cause;
  return error;
}
