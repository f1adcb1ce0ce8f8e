// Two servers on loopback that redirect as they are asked to, and remember what reached them; and a
// script that runs in Node or in Bun.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { bun } from "./stores.mjs";
import { root } from "./support.mjs";

/** The runtimes by name. */
export const runtimes = { Node: process.execPath, Bun: bun };

/** Runs a script of this folder, and gives the last line that it printed, which is JSON. */
export async function runScript(runtime, name, ...given) {
  const path = join(root, "__test__", name);
  const child = spawn(runtimes[runtime], [path, ...given]);
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (errors += chunk));
  await once(child, "close");
  try {
    return JSON.parse(output.trim().split("\n").at(-1));
  } catch {
    throw new Error(`${name} in ${runtime} ended without a result: ${errors}`);
  }
}

/** `/go/<id>/<status>?to=<address>` redirects, `/log/<id>` gives and forgets what came with this id. */
export async function redirectLab(t) {
  const log = new Map();
  const arrived = [];
  const remember = (id, entry) => log.set(id, [...(log.get(id) ?? []), entry]);
  const answer = (request, response, body) => {
    const { pathname, searchParams } = new URL(request.url, "http://lab");
    const [, kind, id, status] = pathname.split("/");
    if (kind === "log") {
      response.end(JSON.stringify(log.get(id) ?? []));
      return log.delete(id);
    }
    const { method, headers, url } = request;
    remember(id, { method, url, headers, body });
    arrived.push(`${method} ${url}`);
    if (kind !== "go") return response.end(`arrived by ${method}`);
    const more = Number(searchParams.get("more") ?? 0);
    const to = searchParams.get("to");
    const next =
      more > 0
        ? `/go/${id}/${status}?more=${more - 1}&to=${encodeURIComponent(to)}`
        : to;
    // As a server sends UTF-8 in a header.
    const location =
      next === null ? next : Buffer.from(next).toString("latin1");
    response.writeHead(Number(status), location === null ? {} : { location });
    response.end("moved");
  };
  const listen = async () => {
    const server = createServer((request, response) => {
      const chunks = [];
      request.on("error", () => {});
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () =>
        answer(request, response, Buffer.concat(chunks).toString()),
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${server.address().port}`;
  };
  return { here: await listen(), other: await listen(), arrived };
}
