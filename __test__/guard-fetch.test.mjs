// fetch, guarded: what would publish a session is refused before it is sent, all else is as ever.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import test, { afterEach } from "node:test";
import { Worker } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { addon, root, temporaryFolder } from "./support.mjs";

const { disableWebPublishing, enableWebPublishing, guardFetch, onRefused } =
  addon;
const disabled = { code: "ERR_WEB_PUBLISHING_DISABLED" };
const elsewhere = { code: "ERR_PUBLISHING_ORIGIN_REFUSED" };

afterEach(() => disableWebPublishing());

/** A fetch that answers everything, and a list of what it was asked. */
function recorder() {
  const calls = [];
  const fetch = async (...args) => {
    calls.push(args);
    return new Response("ok");
  };
  return { calls, fetch };
}

async function server(t, handle) {
  const requests = [];
  const instance = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      requests.push({
        ...request,
        url: request.url,
        method: request.method,
        headers: request.headers,
        body,
      });
      handle(request, response);
    });
  });
  instance.listen(0, "127.0.0.1");
  await once(instance, "listening");
  t.after(() => {
    instance.closeAllConnections();
    instance.close();
  });
  return { requests, url: `http://127.0.0.1:${instance.address().port}` };
}

test("requests that would publish are refused, however they are written", async () => {
  const { calls, fetch } = recorder();
  const guarded = guardFetch(fetch);
  for (const url of [
    "https://opncd.ai/api/share",
    "https://opncd.ai",
    "https://OPNCD.AI/x",
    "https://opncd.ai./x",
    "https://api.opncd.ai:8443/x",
    "https://user:pass@opncd.ai/",
    "https://ｏpncd.ai/",
    "https://opncd。ai/",
    "https://opncd%2eai/",
    "\thttps://opncd.ai/\n",
    "https:opncd.ai/",
    "https:\\\\opncd.ai\\x",
    "https://dev.opencode.ai/api",
    "https://share.example.com/api/share",
    "https://share.example.com/api/share/abc/sync",
    "https://share.example.com/api/shares/abc",
    "https://share.example.com/base/api/share",
    "https://share.example.com/API/Share",
    "https://share.example.com/api/%73hare",
    "https://share.example.com/api/x/../share",
    "https://share.example.com/api//share",
    "http://127.0.0.1:1/api/share?x",
  ]) {
    for (const input of [url, () => new URL(url), () => new Request(url)]) {
      const made = () => (typeof input === "function" ? input() : input);
      // A Request takes no user name in its address.
      if (url.includes("user:") && typeof input === "function") continue;
      for (const method of ["GET", "POST", "DELETE"]) {
        await assert.rejects(guarded(made(), { method }), disabled, url);
      }
    }
    await assert.rejects(guarded({ toString: () => url }), disabled, url);
  }
  assert.deepEqual(calls, []);
});

test("everything else is passed through", async () => {
  const { calls, fetch } = recorder();
  const guarded = guardFetch(fetch);
  for (const input of [
    "https://example.com/share",
    "https://example.com/api/shared",
    "https://notopncd.ai/",
    "https://opncd.ai.example.com/",
    "https://example.com/?to=https://opncd.ai/api/share",
    "http://127.0.0.1:4096/session/ses_1/share",
    "data:text/plain,/api/share",
    "file:///home/me/api/share",
    "app://local/page",
    new URL("https://example.com/"),
  ]) {
    assert.equal(await (await guarded(input)).text(), "ok");
    assert.equal(calls.pop()[0], String(input));
  }
  const tls = {};
  const dispatcher = {};
  const init = { method: "POST", body: "{}", headers: { a: "b" } };
  const others = { tls, dispatcher, proxy: "http://proxy.invalid", own: 1 };
  await guarded("https://example.com/", { ...init, ...others }, "third");
  const [, passed, third] = calls.pop();
  assert.deepEqual({ ...passed }, { ...init, ...others, redirect: "manual" });
  assert.equal(passed.tls, tls);
  assert.equal(passed.dispatcher, dispatcher);
  assert.equal(third, "third");
  for (const redirect of ["manual", "error"]) {
    await guarded("https://example.com/", { redirect });
    assert.deepEqual({ ...calls.pop()[1] }, { redirect });
  }
});

test("a Request arrives with all that it holds, and its body once", async () => {
  const { calls, fetch } = recorder();
  const guarded = guardFetch(fetch);
  const dispatcher = { dispatch() {} };
  const request = new Request("https://example.com/x#y", {
    method: "PUT",
    body: "text",
    headers: { a: "b" },
    cache: "reload",
    credentials: "omit",
    referrer: "https://example.com/from",
    referrerPolicy: "unsafe-url",
    dispatcher,
  });
  // Node 24 forgets the referrer where fetch gets a Request.
  const { referrer, referrerPolicy } = new Request(request.clone(), {});
  await guarded(request);
  const [[address, { body, headers, ...passed }]] = calls;
  assert.equal(address, "https://example.com/x#y");
  assert.equal(new TextDecoder().decode(body), "text");
  assert.equal(headers.get("a"), "b");
  assert.equal(passed.method, "PUT");
  assert.equal(passed.cache, "reload");
  assert.equal(passed.credentials, "omit");
  assert.equal(passed.referrer, referrer);
  assert.equal(passed.referrerPolicy, referrerPolicy);
  assert.equal(passed.redirect, "manual");
  // Later versions of Node keep it out of sight.
  if (process.versions.undici.startsWith("6.")) {
    assert.equal(passed.dispatcher, dispatcher);
  }
  assert.equal(request.bodyUsed, true);
  await assert.rejects(guarded(request), TypeError);
});

test("a refused Request keeps its body", async () => {
  const request = new Request("https://opncd.ai/", {
    method: "PUT",
    body: "x",
  });
  await assert.rejects(guardFetch(recorder().fetch)(request), disabled);
  assert.equal(await request.text(), "x");
});

test("what is no address is refused as the runtime refuses it", async () => {
  const { calls, fetch } = recorder();
  for (const input of ["/relative/path", "http://", "", undefined, {}]) {
    await assert.rejects(guardFetch(fetch)(input), TypeError);
  }
  assert.deepEqual(calls, []);
});

test("while a body is read, disabling publishing stops the request", async () => {
  const { calls, fetch } = recorder();
  const origin = "https://share.example.com";
  enableWebPublishing({ origin, acknowledged: true });
  const init = { method: "POST", body: "x" };
  const sent = guardFetch(fetch)(new Request(`${origin}/api/share`, init));
  disableWebPublishing();
  await assert.rejects(sent, disabled);
  assert.deepEqual(calls, []);
});

test("an enabled origin is no leave for a socket, another host or another proxy", async () => {
  const { calls, fetch } = recorder();
  const guarded = guardFetch(fetch);
  const origin = "https://share.example.com";
  enableWebPublishing({ origin, acknowledged: true });
  const share = `${origin}/api/share`;
  for (const init of [
    { unix: "/run/other.sock" },
    { headers: { Host: "other.example.com" } },
    { headers: [["host", "share.example.com:8443"]] },
    { proxy: "http://opncd.ai:3128" },
    { proxy: { url: "https://www.opencode.ai" } },
  ]) {
    await assert.rejects(guarded(share, init), elsewhere);
  }
  assert.deepEqual(calls, []);
  await guarded(share, { headers: { host: "share.example.com" } });
  await guarded(share, { proxy: "http://proxy.example.com:3128" });
  assert.equal(calls.length, 2);
});

test("a redirect keeps no credentials for another origin", async (t) => {
  const other = await server(t, (_, response) => response.end("there"));
  const origin = await server(t, (_, response) => {
    response.writeHead(307, { location: other.url });
    response.end();
  });
  const names = ["authorization", "proxy-authorization", "cookie"];
  const headers = Object.fromEntries(names.map((name) => [name, "x"]));
  await guardFetch(fetch)(origin.url, { headers: { ...headers, own: "x" } });
  const [arrived] = other.requests;
  assert.equal(arrived.headers.own, "x");
  for (const name of names) assert.equal(arrived.headers[name], undefined);
});

test("what is checked is what is fetched", async () => {
  const { calls, fetch } = recorder();
  let reads = 0;
  const shifty = {
    toString: () =>
      (reads += 1) === 1 ? "https://example.com/" : "https://opncd.ai/",
  };
  const guarded = guardFetch(fetch);
  await guarded(shifty);
  assert.deepEqual(calls.splice(0)[0][0], "https://example.com/");

  const [harmless, refused] = ["https://example.com/", "https://opncd.ai/"];
  class Disguised extends Request {
    get url() {
      return harmless;
    }
  }
  const url = new URL(harmless);
  url.toString = () => refused;
  for (const input of [
    new Disguised(refused),
    { url: harmless, toString: () => refused },
    { url: refused, toString: () => harmless },
    url,
  ]) {
    await assert.rejects(guarded(input), disabled);
  }
  assert.deepEqual(calls, []);
});

test("while publishing is enabled its origin alone is let through", async () => {
  const { calls, fetch } = recorder();
  const guarded = guardFetch(fetch);
  enableWebPublishing({
    origin: "https://share.example.com",
    acknowledged: true,
  });
  await guarded("https://share.example.com/api/share", { method: "POST" });
  assert.equal(calls.length, 1);
  for (const url of [
    "https://other.example.com/api/share",
    "http://share.example.com/api/share",
    "https://share.example.com:444/api/share",
    "https://share.example.com./api/share",
    "https://opncd.ai/",
  ]) {
    await assert.rejects(guarded(url), elsewhere, url);
  }
  disableWebPublishing();
  await assert.rejects(
    guarded("https://share.example.com/api/share"),
    disabled,
  );
  assert.equal(calls.length, 1);
});

test("a redirect to a refused place is not followed, whatever it carries", async (t) => {
  const target = await server(t, (_, response) => response.end("reached"));
  for (const status of [301, 302, 303, 307, 308]) {
    const origin = await server(t, (_, response) => {
      response.writeHead(status, { location: `${target.url}/api/share` });
      response.end();
    });
    const guarded = guardFetch(fetch);
    const init = { method: "POST", body: "the session" };
    await assert.rejects(guarded(origin.url, init), disabled);
    await assert.rejects(guarded(new Request(origin.url, init)), disabled);
    assert.equal(origin.requests.length, 2);
  }
  assert.deepEqual(target.requests, []);
});

test("other redirects are followed as fetch follows them", async (t) => {
  const other = await server(t, (_, response) => response.end("there"));
  const origin = await server(t, (request, response) => {
    const [, status, place] = /^\/(\d+)\/(\w+)/.exec(request.url) ?? [];
    if (!status) return response.end("here");
    const location = place === "other" ? `${other.url}/x` : "/final";
    response.writeHead(Number(status), { location });
    response.end();
  });
  const guarded = guardFetch(fetch);
  const seen = (requests) =>
    requests
      .splice(0)
      .map(({ method, url, headers, body }) => [
        method,
        url,
        headers.authorization,
        headers["content-type"],
        body,
      ]);
  for (const status of [301, 302, 303, 307, 308]) {
    for (const method of ["GET", "POST", "PUT", "HEAD"]) {
      for (const place of ["here", "other"]) {
        for (const asRequest of [false, true]) {
          const url = `${origin.url}/${status}/${place}`;
          const init = {
            method,
            headers: { authorization: "Basic x", "content-type": "text/plain" },
            ...(method[0] === "P" && { body: "text" }),
          };
          const run = async (fetch) => {
            const input = asRequest ? [new Request(url, init)] : [url, init];
            const response = await fetch(...input);
            const { status, redirected, url: end } = response;
            const text = await response.text();
            const requests = [
              ...seen(origin.requests),
              ...seen(other.requests),
            ];
            return { status, redirected, end, text, requests };
          };
          assert.deepEqual(
            await run(guarded),
            await run(fetch),
            `${status} ${method} ${place} ${asRequest}`,
          );
        }
      }
    }
  }
});

test("redirects without end are an error", async (t) => {
  const { url } = await server(t, (_, response) => {
    response.writeHead(302, { location: "/" });
    response.end();
  });
  await assert.rejects(guardFetch(fetch)(url), TypeError);
});

test("fetch's own properties are kept, and twice is once", async () => {
  const original = Object.assign(async () => new Response(), {
    preconnect: () => "connected",
  });
  const guarded = guardFetch(original);
  assert.equal(guarded.preconnect, original.preconnect);
  assert.equal(guarded.name, original.name);
  assert.equal(guarded.length, original.length);
  assert.equal(guardFetch(guarded), guarded);
  assert.equal(guardFetch(original), guarded);

  const load = createRequire(import.meta.url);
  const known = load.resolve(root);
  delete load.cache[known];
  assert.equal(load(known).guardFetch(guarded), guarded);
  for (const value of [undefined, null, "fetch", {}]) {
    assert.throws(() => guardFetch(value), { code: "ERR_INVALID_OPTION" });
  }
});

test("every refusal is told, without content, and what a listener throws changes nothing", async () => {
  const refusals = [];
  const end = onRefused((refusal) => refusals.push(refusal));
  const endThrowing = onRefused(() => {
    throw new Error("from a listener");
  });
  const guarded = guardFetch(recorder().fetch);
  const init = { method: "POST", body: "the session" };
  await assert.rejects(guarded("https://opncd.ai/api/share", init), disabled);
  assert.throws(() => addon.assertWebPublishing("ShareNext.create"), disabled);
  const shareNext = addon.guardShareNext({ sync: () => "sent" });
  assert.throws(() => shareNext.sync("the session"), disabled);
  assert.deepEqual(refusals, [
    { call: "fetch", host: "opncd.ai" },
    { call: "ShareNext.create" },
    { call: "sync" },
  ]);
  end();
  end();
  endThrowing();
  await assert.rejects(guarded("https://opncd.ai/"), disabled);
  assert.equal(refusals.length, 3);
  assert.throws(() => onRefused("x"), { code: "ERR_INVALID_OPTION" });
});

test("a thread that ends with a listener ends well", async () => {
  const source = `const { onRefused, assertWebPublishing } = require(${JSON.stringify(root)});
    let told = 0;
    onRefused(() => (told += 1));
    try { assertWebPublishing("x"); } catch {}
    require("node:worker_threads").parentPort.postMessage(told);`;
  for (let round = 0; round < 5; round += 1) {
    const worker = new Worker(source, { eval: true });
    // Both at once: the thread may have ended before its message was looked at.
    const [[told], exit] = await Promise.all([
      once(worker, "message"),
      once(worker, "exit"),
    ]);
    assert.equal(told, 1);
    assert.deepEqual(exit, [0]);
  }
});

test("the plugin guards fetch for good, and refuses everything without the addon", async (t) => {
  const folder = temporaryFolder(t);
  const alone = join(folder, "opencode-plugin.mjs");
  copyFileSync(join(root, "opencode-plugin.mjs"), alone);
  for (const [plugin, ordinary] of [
    [join(root, "opencode-plugin.mjs"), "passed"],
    [alone, "ERR_WEB_PUBLISHING_DISABLED"],
  ]) {
    const source = `
      globalThis.fetch = async () => "passed";
      const { PawWorkSessionExport } = await import(${JSON.stringify(pathToFileURL(plugin))});
      globalThis.fetch = async () => "passed";
      try { Object.defineProperty(globalThis, "fetch", { value: async () => "around" }); } catch {}
      const config = { share: "auto", autoshare: true };
      await (await PawWorkSessionExport()).config(config);
      const outcome = (url) => fetch(url).catch(({ code }) => code);
      console.log(JSON.stringify([config, await outcome("https://opncd.ai/api/share"), await outcome("https://example.com")]));`;
    const { stdout } = spawnSync(process.execPath, [
      "--input-type=module",
      "--eval",
      source,
    ]);
    assert.deepEqual(JSON.parse(stdout), [
      { share: "disabled" },
      "ERR_WEB_PUBLISHING_DISABLED",
      ordinary,
    ]);
  }
});

/** What a script comes to that loads the plugin, as JSON. */
function withPlugin(source) {
  const plugin = JSON.stringify(
    pathToFileURL(join(root, "opencode-plugin.mjs")),
  );
  const { stdout } = spawnSync(process.execPath, [
    "--input-type=module",
    "--eval",
    `const load = () => import(${plugin});
     const outcome = async (run) => { try { return await run(); } catch ({ code, message }) { return code ?? message; } };
     ${source}`,
  ]);
  return JSON.parse(stdout);
}

test("the plugin guards the fetch of Bun, and of its sessions, where they can be replaced", () => {
  const refused = withPlugin(`
    class FetchSession { #kept = "passed"; get fetch() { return async () => this.#kept; } }
    globalThis.Bun = { fetch: async () => "passed", FetchSession };
    await load();
    const share = "https://opncd.ai/api/share";
    const session = new Bun.FetchSession();
    try { Bun.fetch = async () => "around"; } catch {}
    console.log(JSON.stringify([
      await outcome(() => Bun.fetch(share)),
      await outcome(() => Bun.fetch("https://example.com")),
      await outcome(() => session.fetch(share)),
      await outcome(() => session.fetch("https://example.com")),
    ]));`);
  const { code } = disabled;
  assert.deepEqual(refused, [code, "passed", code, "passed"]);
});

test("where something made fetch unchangeable before the plugin, it says so", () => {
  const [told, share] = withPlugin(`
    Object.defineProperty(globalThis, "fetch", { value: async () => "passed", writable: false, configurable: false });
    const { PawWorkSessionExport } = await load();
    const config = { share: "auto" };
    const told = await outcome(async () => (await PawWorkSessionExport()).config(config));
    console.log(JSON.stringify([told, config.share]));`);
  assert.match(told, /could not be put around fetch/);
  assert.equal(share, "disabled");
});
