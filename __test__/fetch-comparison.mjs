// Compares the runtime's own fetch with the guarded one, in Node or Bun, against the servers of
// fetch-lab.mjs. It prints the differences as JSON, and how many cases there were.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const { guardFetch } = createRequire(import.meta.url)("../index.js");
const [here, other] = process.argv.slice(2);
const own = globalThis.fetch;
const guarded = guardFetch(own);
const isBun = process.versions.bun !== undefined;

const streamOf = (...texts) =>
  new ReadableStream({
    start(controller) {
      for (const text of texts)
        controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
const form = () => {
  const data = new FormData();
  data.set("name", "value");
  data.set("file", new Blob(["text"]), "a.txt");
  return data;
};
const bodies = {
  none: () => undefined,
  text: () => "some text",
  empty: () => "",
  json: () => '{"a":1}',
  form,
  parameters: () => new URLSearchParams({ a: "b c" }),
  blob: () => new Blob(["blob"], { type: "text/x" }),
  bytes: () => new Uint8Array([65, 66]),
  stream: () => streamOf("in ", "parts"),
  generator: () =>
    (async function* () {
      yield new TextEncoder().encode("yielded");
    })(),
};
const headers = () => ({
  Authorization: "Basic x",
  "Proxy-Authorization": "Basic y",
  Cookie: "a=b",
  Origin: "http://origin.invalid",
  "Content-Type": "text/own",
  "Content-Language": "en",
  "Content-Location": "/x",
  "X-Own": "kept",
});
const blob = URL.createObjectURL(new Blob(["blob"]));
const targets = {
  here: (id) => `${here}/end/${id}`,
  other: (id) => `${other}/end/${id}`,
  relative: (id) => `../../end/${id}`,
  rooted: (id) => `/end/${id}?query`,
  protocolRelative: (id) => `${other.slice(5)}/end/${id}`,
  upperCase: (id) => `HTTP${other.slice(4)}/end/${id}`,
  andBack: (id) =>
    `${other}/go/${id}/302?to=${encodeURIComponent(`${here}/end/${id}`)}`,
  unicode: (id) => `/end/${id}/é中`,
  encoded: (id) => `/end/${id}/%C3%A9`,
  fragment: (id) => `/end/${id}#new`,
  user: (id) => `${other.replace("//", "//user:password@")}/end/${id}`,
  userHere: (id) => `${here.replace("//", "//user:password@")}/end/${id}`,
  empty: () => "",
  none: () => undefined,
  invalid: () => "http://",
  file: () => import.meta.url,
  data: () => "data:text/plain,opened",
  blob: () => blob,
  ftp: () => "ftp://127.0.0.1/x",
  about: () => "about:blank",
  script: () => "javascript:1",
  mail: () => "mailto:a@b.invalid",
};

const cases = [];
const add = (name, target, status, make, more = 0) =>
  cases.push({ name, target, status, make, more });
const both = (name, target, status, init) => {
  add(`${name}, address`, target, status, (fetch, url) => fetch(url, init()));
  add(`${name}, URL`, target, status, (fetch, url) =>
    fetch(new URL(url), init()),
  );
  add(`${name}, Request`, target, status, (fetch, url) =>
    fetch(new Request(url, init())),
  );
};

const methods = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "post",
  "OPTIONS",
];
for (const status of [300, 301, 302, 303, 304, 305, 307, 308]) {
  for (const method of methods) {
    for (const target of ["here", "other"]) {
      const hasBody = /^p/i.test(method);
      both(method, target, status, () => ({
        method,
        headers: headers(),
        body: hasBody ? "text" : undefined,
      }));
    }
  }
}
for (const status of [200, 301, 302, 303, 307, 308]) {
  for (const [name, body] of Object.entries(bodies)) {
    for (const method of ["POST", "PUT"]) {
      const init = () => ({ method, body: body(), duplex: "half" });
      both(`${method} ${name}`, "here", status, init);
      add(`${method} ${name}, over a Request`, "other", status, (fetch, url) =>
        fetch(
          new Request(url, { method, headers: { "x-a": "b" }, body: "first" }),
          init(),
        ),
      );
    }
  }
}
for (const target of Object.keys(targets)) {
  for (const status of [301, 302, 303, 307, 308]) {
    both("GET", target, status, () => ({ headers: headers() }));
    both("POST", target, status, () => ({
      method: "POST",
      body: "text",
      headers: headers(),
    }));
  }
  for (const redirect of ["manual", "error", "follow"]) {
    both(redirect, target, 302, () => ({ redirect }));
  }
}
for (const more of [0, 3, 18, 19, 20, 21, 124, 125, 126]) {
  add(`${more} more`, "here", 302, (fetch, url) => fetch(url), more);
}
for (const maxRedirects of [0, 1, 2, 5]) {
  add(
    `maxRedirects ${maxRedirects}`,
    "here",
    302,
    (fetch, url) => fetch(url, { maxRedirects }),
    1,
  );
}
for (const [name, value] of Object.entries({
  list: [
    ["X-Own", "a"],
    ["cookie", "b"],
  ],
  Headers: new Headers({ "X-Own": "a" }),
  number: { "x-own": 5 },
})) {
  both(`headers as ${name}`, "other", 302, () => ({ headers: value }));
}
add("referrer", "here", 302, (fetch, url) =>
  fetch(url, { referrer: `${here}/from` }),
);
add("referrer of a Request", "here", 302, (fetch, url) =>
  fetch(
    new Request(url, {
      referrer: `${here}/from`,
      referrerPolicy: "unsafe-url",
    }),
  ),
);
add("referrer of a Request with options", "here", 302, (fetch, url) =>
  fetch(new Request(url, { referrer: `${here}/from` }), {
    headers: { a: "b" },
  }),
);
add("aborted", "here", 302, (fetch, url) =>
  fetch(url, { signal: AbortSignal.abort() }),
);
add("aborted Request", "here", 302, (fetch, url) =>
  fetch(new Request(url, { signal: AbortSignal.abort() })),
);
add("a clone", "other", 302, async (fetch, url) => (await fetch(url)).clone());
add("a used Request", "here", 307, async (fetch, url) => {
  const request = new Request(url, { method: "POST", body: "x" });
  await request.text();
  return fetch(request);
});
for (const [name, content] of Object.entries({
  right: "arrived by GET",
  "of the redirect": "moved",
  wrong: "other",
})) {
  const hash = createHash("sha256").update(content).digest("base64");
  for (const status of [200, 302]) {
    both(`integrity ${name}`, "other", status, () => ({
      integrity: `sha256-${hash}`,
    }));
  }
}
add("no options", "here", 302, (fetch, url) => fetch(url, null));
add("unknown mode", "here", 302, (fetch, url) =>
  fetch(url, { redirect: "sideways" }),
);
for (const [name, input] of Object.entries({
  data: () => "data:text/plain,hello",
  blob: () => blob,
  relative: () => "/relative",
  empty: () => "",
  nothing: () => undefined,
  object: () => ({}),
  ftp: () => "ftp://127.0.0.1/",
  foreign: () => "foreign://127.0.0.1/",
  // Bun looks for a host of this name.
  ...(!isBun && { about: () => "about:blank" }),
  credentials: () => `${here.replace("//", "//user:password@")}/end/x`,
  missing: () => "http://127.0.0.1:1/",
})) {
  add(`given ${name}`, "here", 200, (fetch) => fetch(input()));
}
for (const [name, change] of Object.entries({
  "in capitals": (url) => url.replace("http", "HTTP"),
  "between blanks": (url) => ` ${url}\t`,
  "with one slash": (url) => url.replace("//", "/"),
  "with backslashes": (url) => url.replace("//", "\\\\"),
  "in Unicode": (url) => url.replace("#", "&x=é中 #"),
  "with dots": (url) => url.replace("/go", "/x/../go"),
})) {
  for (const status of [200, 302]) {
    add(`an address ${name}`, "here", status, (fetch, url) =>
      fetch(change(url)),
    );
  }
}
add("given a file", "here", 200, (fetch) =>
  fetch(new URL("../LICENSE", import.meta.url)),
);
add("given text in an object", "here", 302, (fetch, url) =>
  fetch({ toString: () => url }),
);
add("given an object with an address", "here", 302, (fetch, url) =>
  fetch({ url, method: "POST", body: "x", headers: { "x-a": "b" } }),
);
if (isBun) {
  add("a host and a port", "here", 200, (fetch, url) =>
    fetch(url.replace("http://127.0.0.1", "localhost")).then((response) =>
      response.text(),
    ),
  );
}

let ids = 0;
async function outcome(fetch, { target, status, make, more }) {
  const id = `id${(ids += 1)}-${process.pid}`;
  const location = targets[target](id);
  const query = new URLSearchParams(
    location === undefined ? {} : { to: location },
  );
  if (more > 0) query.set("more", more);
  const result = { requests: [] };
  try {
    const response = await make(
      fetch,
      `${here}/go/${id}/${status}?${query}#old`,
    );
    if (response instanceof Response) {
      const { status, redirected, type, url, ok } = response;
      const has = response.headers.has("location");
      Object.assign(result, {
        status,
        redirected,
        type,
        url,
        ok,
        has,
        text: await response.text(),
      });
    } else {
      result.given = response;
    }
  } catch (error) {
    const { name, code } = error;
    // Bun puts the address into its messages.
    Object.assign(result, { name, code });
    if (!isBun && error.cause) result.cause = error.cause.message;
  }
  const response = await own(`${here}/log/${id}`);
  for (const { method, url, headers, body } of await response.json()) {
    const boundary = /boundary=(.*)/.exec(headers["content-type"])?.[1];
    delete headers.connection;
    result.requests.push({
      method,
      url,
      headers,
      body,
      ...(boundary && { boundary }),
    });
  }
  // Boundaries are made at random; Node sends the first one's name with a second one.
  const text = JSON.stringify(result)
    .replaceAll(id, "ID")
    .replaceAll(/-+(formdata-undici-|WebKitFormBoundary)\w+(--)?/g, "BOUNDARY");
  return JSON.parse(text);
}

const differences = [];
const sorted = (value) =>
  JSON.stringify(value, (_, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
for (const one of cases) {
  const expected = await outcome(own, one);
  const actual = await outcome(guarded, one);
  // Node 20 loses the bytes that it sent and cannot send them again: the guard can.
  if (/detached ArrayBuffer/.test(expected.cause) && actual.status === 200)
    continue;
  if (sorted(expected) !== sorted(actual)) {
    const { name, target, status } = one;
    differences.push({
      case: `${status} to ${target}: ${name}`,
      expected,
      actual,
    });
  }
}
const result = { cases: cases.length, differences: differences.slice(0, 20) };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
