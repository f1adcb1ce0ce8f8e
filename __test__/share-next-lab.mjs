// Compiles the stand-in of a runtime's share-next, and answers it as a share server on loopback.
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./support.mjs";

/** What the recipe would be without a guard: with it the stand-in shows that it publishes at all. */
const withoutGuard = `data:text/javascript,${encodeURIComponent(`
  export const assertWebPublishing = () => {};
  export const isWebPublishingEnabled = () => true;
  export const guardFetch = (fetch) => fetch;
`)}`;

/** The stand-in's modules, type-checked and compiled: `app` with the guard, `bare` without. */
export async function compile(t) {
  // Below the package, so that it finds the package by its name.
  mkdirSync(join(root, "target"), { recursive: true });
  const folder = mkdtempSync(join(root, "target", "share-next-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const project = ["--project", "__test__/share-next", "--outDir", folder];
  execFileSync(process.execPath, [tsc, ...project], {
    cwd: root,
    stdio: "pipe",
  });
  const load = async (name, guard) => {
    mkdirSync(join(folder, name));
    for (const file of readdirSync(folder)) {
      if (!file.endsWith(".js")) continue;
      const code = readFileSync(join(folder, file), "utf8")
        .replace(/(from|import) "\.\/([\w-]+)\.js"/g, '$1 "./$2.mjs"')
        .replaceAll(
          'from "@opencode-ai/util/error"',
          'from "./named-error.mjs"',
        )
        .replaceAll('from "zod"', 'from "./zod.mjs"')
        // Where the runtime's version of Effect has what this one has under "effect/http".
        .replaceAll('from "effect/unstable/http"', 'from "effect/http"')
        .replaceAll('from "@pawwork/session-export"', `from "${guard}"`);
      writeFileSync(join(folder, name, file.replace(".js", ".mjs")), code);
    }
    return import(pathToFileURL(join(folder, name, "app.mjs")));
  };
  const { fetch } = globalThis;
  t.after(() => {
    globalThis.fetch = fetch;
  });
  // This one first: the other replaces the global fetch.
  const bare = await load("bare", withoutGuard);
  return { bare, app: await load("app", "@pawwork/session-export") };
}

/** A share server. `arrived` is what reached it; `redirect` sends each request on. */
export async function shareServer(t) {
  const arrived = [];
  const lab = { arrived, redirect: undefined };
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      arrived.push(`${request.method} ${request.url}`);
      if (lab.redirect) {
        response.writeHead(307, { location: `${lab.redirect}${request.url}` });
        return response.end();
      }
      response.setHeader("content-type", "application/json");
      const share = { id: "shr_1", url: `${lab.url}/s/1`, secret: "invented" };
      return response.end(JSON.stringify(share));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  lab.url = `http://127.0.0.1:${server.address().port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  /** What arrived since the last time, once all that was queued has been sent. A busy computer takes longer to send
   * the requests that are `expected`. */
  lab.since = async (delay, expected) => {
    const longest = Date.now() + 10_000;
    do await new Promise((resolve) => setTimeout(resolve, delay));
    while (arrived.length < expected && Date.now() < longest);
    return arrived.splice(0);
  };
  return lab;
}
