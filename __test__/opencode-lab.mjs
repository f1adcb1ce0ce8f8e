// The real OpenCode, offline: a model that says one sentence, a server
// that counts what is shared, and a home of its own.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fetchOpencode } from "./fetched.mjs";

const { path: binary, missing } = fetchOpencode();

/** Why tests of OpenCode are skipped; `false` where they are not. */
export const noOpencode = missing ?? false;

async function listen(t, handle) {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => handle(request, response, body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** A share server: OpenCode's answers, and a list of the requests, `POST /api/share`. */
export async function shareServer(t) {
  const requests = [];
  const url = await listen(t, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const id = `shr${requests.length}`;
    response.writeHead(200, { "content-type": "application/json" });
    const share = { id, url: `https://share.invalid/${id}`, secret: `s-${id}` };
    response.end(JSON.stringify(share));
  });
  return { url, requests };
}

/** A model server with OpenAI's protocol. It answers everything with one sentence. */
async function modelServer(t) {
  const choice = (delta, finish_reason = null) =>
    `data: ${JSON.stringify({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1795333600,
      model: "fake-1",
      choices: [{ index: 0, delta, finish_reason }],
    })}\n\n`;
  return listen(t, (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(choice({ role: "assistant", content: "The work is done." }));
    response.end(`${choice({}, "stop")}data: [DONE]\n\n`);
  });
}

/** OpenCode's settings, folders and environment in `folder`. */
export async function opencodeHome(t, folder, share, settings = {}) {
  const model = { name: "Fake", limit: { context: 100000, output: 8000 } };
  const provider = {
    npm: "@ai-sdk/openai-compatible",
    name: "Fake",
    options: { baseURL: `${await modelServer(t)}/v1`, apiKey: "x" },
    models: { "fake-1": model },
  };
  const config = {
    model: "fake/fake-1",
    small_model: "fake/fake-1",
    autoupdate: false,
    provider: { fake: provider },
    enterprise: { url: share.url },
    ...settings,
  };
  const home = {
    HOME: folder,
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CONFIG_HOME: join(folder, "config"),
    XDG_STATE_HOME: join(folder, "state"),
    XDG_CACHE_HOME: join(folder, "cache"),
  };
  const project = join(folder, "project");
  const settingsFolder = join(home.XDG_CONFIG_HOME, "opencode");
  for (const path of [project, join(settingsFolder, "node_modules")]) {
    mkdirSync(path, { recursive: true });
  }
  // Before it loads a plugin OpenCode installs its library for them, unless it seems to be there.
  const dependencies = { "@opencode-ai/plugin": "*" };
  for (const [name, value] of [
    ["opencode.json", config],
    ["package.json", { dependencies }],
    ["package-lock.json", { packages: { "": { dependencies } } }],
  ]) {
    writeFileSync(join(settingsFolder, name), JSON.stringify(value));
  }
  const env = {
    ...process.env,
    ...home,
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
  };
  const store = join(home.XDG_DATA_HOME, "opencode", "opencode.db");
  return { env, project, store };
}

/**
 * Runs a command of OpenCode to its end. Gives its exit code and what it printed. Its output goes to a
 * file where one is named, because OpenCode cuts what it writes into a pipe.
 */
export async function runOpencode(home, args, env = {}, file = undefined) {
  const stdout = file === undefined ? "pipe" : openSync(file, "w");
  const child = spawn(binary, args, {
    cwd: home.project,
    env: { ...home.env, ...env },
    stdio: ["ignore", stdout, "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const timer = setTimeout(() => child.kill("SIGKILL"), 90_000);
  const [code] = await once(child, "close");
  clearTimeout(timer);
  if (file !== undefined) closeSync(stdout);
  return { code, output };
}

/** Starts OpenCode's server. Gives a function that calls its interface, and one that stops it. */
export async function serveOpencode(t, home, env = {}) {
  const child = spawn(
    binary,
    ["serve", "--port", "0", "--hostname", "127.0.0.1", "--print-logs"],
    {
      cwd: home.project,
      env: { ...home.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let log = "";
  child.stdout.on("data", (chunk) => (log += chunk));
  child.stderr.on("data", (chunk) => (log += chunk));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill();
    await closed;
  };
  t.after(stop);
  let base;
  for (let tries = 0; !base && tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`opencode ended: ${log}`);
    await sleep(100);
    base = /listening on (http:\S+)/.exec(log)?.[1];
  }
  if (!base) throw new Error(`opencode did not start: ${log}`);
  const call = async (method, path, body) => {
    const url = new URL(path, base);
    url.searchParams.set("directory", home.project);
    const response = await fetch(url, {
      method,
      headers: body && { "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return {
      status: response.status,
      value: isJson && text ? JSON.parse(text) : text,
    };
  };
  return { call, stop, log: () => log };
}
