// An OpenCode plugin that keeps sessions on this computer. In opencode.json:
//
//   { "plugin": ["@pawwork/session-export"] }
//
// or the URL of this file: "file:///path/to/opencode-plugin.mjs".
//
// It guards `fetch` as soon as it is loaded, and sets `share` to "disabled". Whatever replaces
// `globalThis.fetch` later is guarded too. Only code in this process that calls
// `enableWebPublishing` allows publishing: no configuration and no tool of the agent does.
import { createRequire } from "node:module";

const { guardFetch, isWebPublishingEnabled } = load();

function load() {
  try {
    return createRequire(import.meta.url)("./index.js");
  } catch (cause) {
    // OpenCode would go on without this plugin, and share: better no request at all.
    const message =
      "The guard against web publishing could not be loaded, so every request is refused. " +
      "Install @pawwork/session-export anew, or take it out of opencode.json.";
    const refuse = async () => {
      const code = "ERR_WEB_PUBLISHING_DISABLED";
      throw Object.assign(new Error(message, { cause }), { code });
    };
    return { guardFetch: () => refuse, isWebPublishingEnabled: () => false };
  }
}

function guardGlobalFetch() {
  const { configurable } =
    Object.getOwnPropertyDescriptor(globalThis, "fetch") ?? {};
  if (configurable === false) return; // it is guarded already
  let guarded = guardFetch(globalThis.fetch);
  Object.defineProperty(globalThis, "fetch", {
    get: () => guarded,
    set: (fetch) => {
      guarded = guardFetch(fetch);
    },
    configurable: false,
    enumerable: true,
  });
}

guardGlobalFetch();

/** The plugin. OpenCode calls every export of this file. */
export async function PawWorkSessionExport() {
  return {
    config: async (config) => {
      if (isWebPublishingEnabled()) return;
      config.share = "disabled";
      delete config.autoshare; // what `share: "auto"` was called once
    },
  };
}
