// An OpenCode plugin that keeps sessions on this computer. In opencode.json:
//
//   { "plugin": ["@pawwork/session-export"] }
//
// or the URL of this file: "file:///path/to/opencode-plugin.mjs".
//
// It guards `fetch` as soon as it is loaded, and sets `share` to "disabled". Whatever replaces
// `globalThis.fetch` later is guarded too. `Bun.fetch` is guarded where Bun lets it be replaced, which
// 1.4.5 does not: the README says what else no wrapper covers. Only code in this process that calls
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

/** Guards the global fetch, and whatever replaces it. Tells whether it could. */
function guardGlobalFetch() {
  const original = globalThis.fetch;
  let guarded = guardFetch(original);
  const property = Object.getOwnPropertyDescriptor(globalThis, "fetch");
  if (property?.configurable !== false) {
    Object.defineProperty(globalThis, "fetch", {
      get: () => guarded,
      set: (fetch) => {
        guarded = guardFetch(fetch);
      },
      configurable: false,
      enumerable: true,
    });
    return true;
  }
  if (guarded === original) return true;
  try {
    // Another copy of this plugin puts its guard around what it is given.
    globalThis.fetch = guarded;
  } catch {
    return false;
  }
  return globalThis.fetch !== original;
}

/** Guards `Bun.fetch`, and so that of `import "bun"`, where Bun lets it be replaced. */
function guardBunFetch() {
  const { Bun } = globalThis;
  if (typeof Bun?.fetch !== "function") return;
  try {
    Object.defineProperty(Bun, "fetch", {
      value: guardFetch(Bun.fetch),
      writable: false,
      configurable: false,
    });
  } catch {
    // Not in 1.4.5: there it cannot be changed, and no module can stand in for "bun".
  }
}

/** Guards the fetch of each session that Bun keeps connections in. */
function guardBunSessions() {
  const { FetchSession } = globalThis.Bun ?? {};
  if (typeof FetchSession !== "function") return;
  try {
    globalThis.Bun.FetchSession = class extends FetchSession {
      get fetch() {
        return guardFetch(super.fetch);
      }
    };
  } catch {
    // Read-only as Bun.fetch is.
  }
}

const isGuarded = guardGlobalFetch();
guardBunFetch();
guardBunSessions();

/** The plugin. OpenCode calls every export of this file. */
export async function PawWorkSessionExport() {
  return {
    config: async (config) => {
      if (isWebPublishingEnabled()) return;
      config.share = "disabled";
      delete config.autoshare; // what `share: "auto"` was called once
      if (isGuarded) return;
      throw new Error(
        "The guard against web publishing could not be put around fetch, because something " +
          "before it made fetch unchangeable. Put @pawwork/session-export first in opencode.json.",
      );
    },
  };
}
