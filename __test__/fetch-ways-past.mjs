// Tries to publish under the real plugin, in Node or Bun, in every way that a request can change or hide
// where it goes. `share` and `go(share)` are at the servers of fetch-lab.mjs, which see what arrives.
// It prints what each way came to, as JSON.
import { createRequire } from "node:module";

const [here, other] = process.argv.slice(2);
const isBun = process.versions.bun !== undefined;
const share = `${here}/api/share/x`;
const harmless = `${here}/end/x`;
const go = (to, status = 302) =>
  `${other}/go/x/${status}?to=${encodeURIComponent(to)}`;
const registry = Symbol.for("@pawwork/session-export/guarded-fetch");
const original = globalThis.fetch;
const originalConstructor = original.prototype?.constructor;

// Somebody who was there first claims that every function is guarded.
globalThis[registry] = { has: () => true, get: (fetch) => fetch };
await import("../opencode-plugin.mjs");
const { guardFetch } = createRequire(import.meta.url)("../index.js");

const ways = {};
/** A value at the first read, another one at each later one. */
const changing = (...values) => {
  let reads = 0;
  return () => values[Math.min((reads += 1), values.length) - 1];
};
const getter = (name, ...values) =>
  Object.defineProperty({}, name, {
    get: changing(...values),
    enumerable: true,
  });

ways["the address itself"] = () => fetch(share);
ways["a list under a global name"] = () => guardFetch(original)(share);
ways["new fetch"] = () => new fetch(share);
ways["Reflect.construct"] = () => Reflect.construct(fetch, [share], Object);
ways["the constructor of its prototype"] = () =>
  (fetch.prototype?.constructor ?? fetch)(share);
ways["call, apply and bind"] = async () => {
  await fetch.call(null, share).catch(() => {});
  await fetch.apply(globalThis, [share]).catch(() => {});
  return fetch.bind(undefined, share)();
};

for (const path of [
  ...["api/share%00", "api/share%00.json", "api/x%2f..%2fshare", "api%5cshare"],
  ...[
    "api/%2573hare",
    "api/%252573hare",
    "api/%25252573hare",
    "api/x%252f..%252fshare",
  ],
  ...[
    "api/x/%2e%2e/share",
    "api/x/..%3b/share",
    "%61pi/share/",
    "API//SHARES/1",
  ],
  ...[
    "api/sha%09re",
    "api/share%3fx",
    "api/share%23",
    `api/%${"25".repeat(40)}73hare`,
  ],
]) {
  ways[`the path ${path.slice(0, 30)}`] = () =>
    fetch(`${here}/${path}`, { method: "POST" });
}
ways["tabs and line ends"] = () => fetch(` ${here}/a\tpi/sha\nre`);
ways["backslashes"] = () => fetch(`${here}\\api\\share`);

const inputs = {
  "a text that changes": () => ({ toString: changing(harmless, share) }),
  "a text that changes back": () => ({ toString: changing(share, harmless) }),
  "a primitive that changes": () => ({
    [Symbol.toPrimitive]: changing(harmless, share),
  }),
  "an address that changes": () => getter("url", harmless, share),
  "an address that changes back": () => getter("url", share, harmless),
  "an address beside a text": () => ({ url: share, toString: () => harmless }),
  "a text beside an address": () => ({ url: harmless, toString: () => share }),
  "a list": () => [share],
  "a text object": () => new String(share),
  "a URL that changes": () =>
    Object.assign(new URL(harmless), { toString: changing(harmless, share) }),
  "a URL of a class that hides": () =>
    new (class extends URL {
      get href() {
        return harmless;
      }
      get pathname() {
        return "/";
      }
      toString() {
        return harmless;
      }
    })(share),
  "a Request of a class that hides": () =>
    new (class extends Request {
      get url() {
        return harmless;
      }
    })(share),
  "a Request of a class that changes": () =>
    new (class extends Request {
      #next = changing(harmless, share, share);
      get url() {
        return this.#next();
      }
    })(share),
  "a Request with an address of its own": () =>
    Object.defineProperty(new Request(share), "url", { value: harmless }),
  "a proxy of a Request": () =>
    new Proxy(new Request(share), {
      get: (target, name) =>
        name === "url" ? harmless : Reflect.get(target, name, target),
    }),
  "what inherits from a Request": () => Object.create(new Request(share)),
};
for (const [name, make] of Object.entries(inputs)) {
  ways[`${name}, as input`] = () => fetch(make());
  ways[`${name}, into a Request`] = () => fetch(new Request(make()));
}

const modes = {
  "its own": (mode) => (value) =>
    Object.defineProperty(value, "redirect", { value: mode }),
  "its own getter of": (mode) => (value) =>
    Object.defineProperty(value, "redirect", { get: changing(mode, "follow") }),
  "an inherited": (mode) => (value) =>
    Object.setPrototypeOf(value, {
      __proto__: Object.getPrototypeOf(value),
      redirect: mode,
    }),
  "a proxy with": (mode) => (value) =>
    new Proxy(value, {
      get: (target, name) =>
        name === "redirect" ? mode : Reflect.get(target, name),
    }),
};
for (const [how, by] of Object.entries(modes)) {
  for (const mode of ["manual", "error", "follow", "sideways", undefined]) {
    ways[`${how} ${mode} of a Request`] = () =>
      fetch(by(mode)(new Request(go(share))));
    ways[`${how} ${mode} of options`] = () => fetch(go(share), by(mode)({}));
  }
}
ways["a mode that changes"] = () =>
  fetch(go(share), getter("redirect", "manual", "follow"));
ways["a mode whose text changes"] = () =>
  fetch(go(share), { redirect: { toString: changing("manual", "follow") } });
ways["options of a class"] = () =>
  fetch(
    go(share),
    new (class {
      get redirect() {
        return "manual";
      }
    })(),
  );
ways["options that are a text"] = () => fetch(go(share), "manual");
ways["options that are a Request"] = () =>
  fetch(go(share), new Request(harmless, { redirect: "manual" }));
ways["options that are a function"] = () =>
  fetch(
    go(share),
    Object.assign(() => {}, { redirect: "manual" }),
  );

for (const status of [301, 302, 303, 307, 308]) {
  for (const [name, to] of Object.entries({
    here: share,
    "without a scheme": share.slice(5),
    "in capitals": share.toUpperCase().replace("API/SHARE", "Api/Share"),
    encoded: `${here}/x%2f..%2fapi%2f%2573hare`,
    "with a tab": share.replace("share", "sha\tre"),
    "by two steps": go(share, status),
    "in a user": share.replace("//", "//user@"),
  })) {
    for (const body of [undefined, "text"]) {
      const init = { method: body ? "POST" : "GET", body };
      ways[`${status} ${name}, ${init.method}`] = () =>
        fetch(go(to, status), init);
      ways[`${status} ${name}, ${init.method} Request`] = () =>
        fetch(new Request(go(to, status), init));
    }
  }
}

const origin = Symbol.for("undici.globalOrigin.1");
const withGlobal = (name, descriptor, run) => async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, {
    ...descriptor,
    configurable: true,
  });
  try {
    return await run();
  } finally {
    delete globalThis[name];
    if (before) Object.defineProperty(globalThis, name, before);
  }
};
const base = (href) => ({ value: { href }, writable: true });
ways["a relative address"] = () => fetch("/api/share/x");
ways["a relative address and an origin"] = withGlobal(
  origin,
  { value: new URL(here) },
  () => fetch("/api/share/x"),
);
ways["a relative address and an origin that changes"] = withGlobal(
  origin,
  { get: changing(new URL(`${here}/end/`), new URL(`${here}/api/`)) },
  () => fetch("share/x"),
);
ways["a relative address and a location"] = withGlobal(
  "location",
  base(here),
  () => fetch("/api/share/x"),
);
ways["a redirect and a location"] = withGlobal("location", base(other), () =>
  fetch(go(share)),
);

/** Changes a class of the runtime for the time of `run`. */
const poisoned = (owner, name, descriptor, run) => async () => {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const result = [];
  Object.defineProperty(owner, name, { ...descriptor, configurable: true });
  try {
    result[0] = run();
    result[0].catch(() => {});
  } finally {
    // What is asynchronous goes on under it for a while, unless the runtime itself would break.
    const isBrief =
      owner === globalThis ||
      owner === Function.prototype ||
      name === Symbol.iterator;
    if (!isBrief) await new Promise((done) => setTimeout(done, 30));
    delete owner[name];
    if (before) Object.defineProperty(owner, name, before);
  }
  return result[0];
};
const lies = { get: () => harmless };
const shows = (value) => ({ value, writable: true });
const poisons = {
  "URL.prototype.href": [URL.prototype, "href", lies],
  "String.prototype.substring": [
    String.prototype,
    "substring",
    shows(() => harmless),
  ],
  "URL.prototype.hostname": [
    URL.prototype,
    "hostname",
    { get: () => "example.com" },
  ],
  "Request.prototype.url": [Request.prototype, "url", lies],
  "Request.prototype.redirect": [
    Request.prototype,
    "redirect",
    { get: () => "manual" },
  ],
  "Request.prototype.clone": [
    Request.prototype,
    "clone",
    shows(() => new Request(harmless)),
  ],
  "Request's instances": [Request, Symbol.hasInstance, shows(() => false)],
  "URL's instances": [URL, Symbol.hasInstance, shows(() => true)],
  "Response.prototype.url": [Response.prototype, "url", lies],
  "Headers.prototype.get": [Headers.prototype, "get", shows(() => null)],
  "Headers.prototype.has": [Headers.prototype, "has", shows(() => false)],
  "WeakMap.prototype.get": [WeakMap.prototype, "get", shows(() => original)],
  "Reflect.apply": [Reflect, "apply", shows(() => original(harmless))],
  "Array's iterator": [
    Array.prototype,
    Symbol.iterator,
    shows(function* () {}),
  ],
  "Array.prototype.includes": [Array.prototype, "includes", shows(() => false)],
  "String.prototype.startsWith": [
    String.prototype,
    "startsWith",
    shows(() => true),
  ],
  "String.prototype.includes": [
    String.prototype,
    "includes",
    shows(() => false),
  ],
  "Object.prototype.redirect": [Object.prototype, "redirect", shows("follow")],
  "Object.prototype.get": [Object.prototype, "url", shows(harmless)],
  "Function.prototype.call": [
    Function.prototype,
    "call",
    shows(() => undefined),
  ],
  "globalThis.URL": [globalThis, "URL", shows(class {})],
  "globalThis.Request": [globalThis, "Request", shows(class {})],
  "globalThis.String": [globalThis, "String", shows(() => harmless)],
};
for (const [name, poison] of Object.entries(poisons)) {
  const { Request } = globalThis;
  const redirect = go(share);
  ways[`${name} changed`] = poisoned(...poison, () => fetch(share));
  ways[`${name} changed, Request`] = poisoned(...poison, () =>
    fetch(new Request(share)),
  );
  ways[`${name} changed, redirect`] = poisoned(...poison, () =>
    fetch(redirect),
  );
  ways[`${name} changed, redirect of a Request`] = poisoned(...poison, () =>
    fetch(new Request(redirect)),
  );
}

const settings = {
  "a Host header": { headers: { Host: "opncd.ai" } },
  "a Host header in Headers": { headers: new Headers({ host: "opncd.ai" }) },
  "a Host header in a list": { headers: [["HOST", "www.opncd.ai:443"]] },
  "a proxy": { proxy: "http://opncd.ai" },
  "a proxy without a scheme": { proxy: "opncd.ai:80" },
  "a proxy in an object": { proxy: { url: "http://opncd.ai" } },
};
for (const [name, init] of Object.entries(settings))
  ways[name] = () => fetch(harmless, init);
ways["a Host header of a Request"] = () =>
  fetch(new Request(harmless, settings["a Host header"]));
if (isBun) {
  const { port } = new URL(here);
  ways["a host and a port"] = () => fetch(`localhost:${port}/api/share/x`);
  ways["a host in place of a scheme"] = () => fetch("opncd.ai:80/x");
  ways["a socket"] = () => fetch(share, { unix: "/nonexistent.sock" });
  ways["a session"] = () => new Bun.FetchSession().fetch(share);
  ways["S3"] = () =>
    fetch("s3://share/x", {
      method: "PUT",
      body: "x",
      s3: { endpoint: `${here}/api`, accessKeyId: "a", secretAccessKey: "b" },
    });
}

const results = {};
for (const [name, run] of Object.entries(ways)) {
  let timer;
  // With some classes changed Node itself never answers.
  const noAnswer = new Promise((done) => (timer = setTimeout(done, 2000)));
  try {
    const response = await Promise.race([run(), noAnswer]);
    results[name] =
      response instanceof Response ? response.status : typeof response;
  } catch (error) {
    results[name] = error.code ?? error.name;
  }
  clearTimeout(timer);
}

const opened = {};
const blob = URL.createObjectURL(new Blob(["opened"]));
for (const [name, to] of Object.entries({
  file: import.meta.url,
  "file in capitals": import.meta.url.replace("file", "FILE"),
  data: "data:text/plain,opened",
  blob,
})) {
  for (const status of [301, 302, 303, 307, 308]) {
    for (const make of [(url) => url, (url) => new Request(url)]) {
      opened[`${status} ${name}`] = await fetch(make(go(to, status))).then(
        async (response) => response.text(),
        (error) => error.name,
      );
    }
  }
}
const given = await Promise.all(
  ["data:text/plain,given", blob].map(async (url) => (await fetch(url)).text()),
);
const { writable, configurable } = isBun
  ? Object.getOwnPropertyDescriptor(Bun, "fetch")
  : {};
const isGuarded = isBun && guardFetch(Bun.fetch) === Bun.fetch;
const isFixed = writable === false && configurable === false;
const bunFetch = isGuarded ? "guarded" : isFixed ? "unchangeable" : "open";
const result = {
  results,
  opened,
  given,
  bunFetch,
  sameConstructor: originalConstructor === fetch.prototype?.constructor,
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
