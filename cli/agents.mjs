// Which agent a session is of: that of its store.
import { basename, dirname } from "node:path";
import addon from "../index.js";

const NAMES = {
  opencode: "OpenCode",
  pawwork: "PawWork",
  dsh: "DSH",
  "claude-code": "Claude Code",
  claude: "Claude Code",
  codex: "Codex",
  crush: "Crush",
};

/** A backup, or a store in another place: the folder or file that is named after an agent, the innermost first. */
function byPath(path) {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    const [word] = /^[a-z]+/i.exec(basename(at).replace(/^\./, "")) ?? [];
    const name = NAMES[word?.toLowerCase()];
    if (name) return name;
  }
  return undefined;
}

/** Tells the agent of each session of a list. */
export function agents() {
  const known = new Map();
  for (const { path, product } of addon.findStores())
    known.set(path, NAMES[product] ?? product);
  return ({ store }) => {
    if (!known.has(store)) known.set(store, byPath(store) ?? "?");
    return known.get(store);
  };
}
