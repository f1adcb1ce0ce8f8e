// packages/opencode/src/share/fetch.ts
import { guardFetch } from "@pawwork/session-export";

// Revoking needs it: it goes to a share endpoint, and stays possible while publishing is off.
export const plainFetch = globalThis.fetch;
export const guardedFetch = guardFetch(plainFetch);
globalThis.fetch = guardedFetch;
