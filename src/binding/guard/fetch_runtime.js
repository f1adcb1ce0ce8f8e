// The runtime's own classes and functions as they were when the first fetch was guarded: code that
// changes them later must not change what the guard sees. Nothing here walks an iterator of an array or
// calls a method of a string, which such code could replace.
const { apply, construct, defineProperty, getOwnPropertyDescriptor } = Reflect;
const { URL, Request, Response, Headers, ReadableStream } = globalThis;
const { String, Error, TypeError, Uint8Array, TextDecoder, Object } =
  globalThis;
const { WeakMap, Symbol } = globalThis;
const { getOwnPropertyDescriptors, getOwnPropertySymbols } = Object;
const { defineProperties, getPrototypeOf, setPrototypeOf } = Object;
const { asyncIterator, iterator } = Symbol;
const bun =
  globalThis.process?.versions?.bun === undefined ? undefined : globalThis.Bun;
const inspect = bun?.inspect;

const uncurried =
  (method) =>
  (self, ...given) =>
    apply(method, self, given);
/** The getter of a class, which reads what an object holds whatever its own properties say. */
const getterOf = (owner, name) => {
  const get = getOwnPropertyDescriptor(owner.prototype, name)?.get;
  return get ? (self) => apply(get, self, []) : (self) => self[name];
};
const methodOf = (owner, name) => uncurried(owner.prototype[name]);

const includes = methodOf(String, "includes");
const startsWith = methodOf(String, "startsWith");
const upperCase = methodOf(String, "toUpperCase");
const codeAt = methodOf(String, "charCodeAt");
const knownGuard = methodOf(WeakMap, "get");
const rememberGuard = methodOf(WeakMap, "set");
const headerOf = methodOf(Headers, "get");
const deleteHeader = methodOf(Headers, "delete");
const decodeText = methodOf(TextDecoder, "decode");
const cloneResponse = methodOf(Response, "clone");
const readBytes = methodOf(Request, "arrayBuffer");
const responseBytes = methodOf(Response, "arrayBuffer");
const { Buffer } = globalThis;
const bufferText = methodOf(Buffer, "toString");
const bufferFrom = Buffer.from;
const cancelStream = methodOf(ReadableStream, "cancel");
const requestPart = {
  __proto__: null,
  body: getterOf(Request, "body"),
  bodyUsed: getterOf(Request, "bodyUsed"),
  cache: getterOf(Request, "cache"),
  credentials: getterOf(Request, "credentials"),
  headers: getterOf(Request, "headers"),
  integrity: getterOf(Request, "integrity"),
  keepalive: getterOf(Request, "keepalive"),
  method: getterOf(Request, "method"),
  mode: getterOf(Request, "mode"),
  redirect: getterOf(Request, "redirect"),
  referrer: getterOf(Request, "referrer"),
  referrerPolicy: getterOf(Request, "referrerPolicy"),
  signal: getterOf(Request, "signal"),
  url: getterOf(Request, "url"),
};
const urlPart = {
  __proto__: null,
  href: getterOf(URL, "href"),
  origin: getterOf(URL, "origin"),
  hostname: getterOf(URL, "hostname"),
  pathname: getterOf(URL, "pathname"),
  protocol: getterOf(URL, "protocol"),
  username: getterOf(URL, "username"),
  password: getterOf(URL, "password"),
};
const setUsername = uncurried(
  getOwnPropertyDescriptor(URL.prototype, "username").set,
);
const setPassword = uncurried(
  getOwnPropertyDescriptor(URL.prototype, "password").set,
);

const isObject = (value) =>
  (typeof value === "object" && value !== null) || typeof value === "function";

/** What `read` gives, and `undefined` where it throws. */
const attempt = (read) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** A part of a response; other implementations of fetch have classes of their own. */
const responsePart = (() => {
  const status = getterOf(Response, "status");
  const headers = getterOf(Response, "headers");
  const body = getterOf(Response, "body");
  const read = (get, response, name) =>
    attempt(() => get(response)) ?? response?.[name];
  return {
    __proto__: null,
    status: (response) => read(status, response, "status"),
    headers: (response) => read(headers, response, "headers"),
    body: (response) => read(body, response, "body"),
  };
})();

/** The parts of an address, as texts of our own. `undefined` where it is none. */
function parse(text, base) {
  const url = attempt(() =>
    base === undefined ? new URL(text) : new URL(text, base),
  );
  if (!url) return undefined;
  const href = urlPart.href(url);
  const hasCredentials =
    urlPart.username(url) !== "" || urlPart.password(url) !== "";
  const place = {
    __proto__: null,
    href,
    origin: urlPart.origin(url),
    host: urlPart.hostname(url),
    path: urlPart.pathname(url),
    protocol: urlPart.protocol(url),
    hasCredentials,
  };
  setUsername(url, "");
  setPassword(url, "");
  place.bare = urlPart.href(url);
  return place;
}

/** Ends a body that nobody reads. */
async function discard(stream) {
  try {
    if (stream) await cancelStream(stream);
  } catch {
    // It had ended, or somebody reads it after all.
  }
}

/** How often the runtime's own fetch follows a redirect. */
const redirectLimit = bun ? 126 : 20;

/** The errors of the runtime's own fetch: a code, where it has one, and a message, by what is wrong. */
const failures = bun
  ? {
      __proto__: null,
      given: ["ERR_INVALID_URL", "fetch() URL is invalid"],
      used: ["ERR_BODY_ALREADY_USED", "Body already used"],
      scheme: [
        "UnsupportedRedirectProtocol",
        "The redirect leads to no http: or https: address.",
      ],
      count: ["TooManyRedirects", "The response redirected too many times."],
      address: [
        "RedirectURLInvalid",
        "Redirect URL in Location header is invalid.",
      ],
      stream: [
        undefined,
        "Request body is a ReadableStream and cannot be replayed for this redirect",
      ],
    }
  : {
      __proto__: null,
      given: ["ERR_INVALID_URL", "Invalid URL"],
      scheme: [undefined, "URL scheme must be a HTTP(S) scheme"],
      count: [undefined, "redirect count exceeded"],
      address: ["ERR_INVALID_URL", "Invalid URL"],
      credentials: [
        undefined,
        'cross origin not allowed for request mode "cors"',
      ],
      stream: [undefined, ""],
    };

/** The error with which the runtime's own fetch rejects. */
function failure(kind) {
  const code = failures[kind][0];
  const problem = new TypeError(failures[kind][1]);
  if (code)
    defineProperty(problem, "code", {
      __proto__: null,
      value: code,
      enumerable: true,
    });
  // Node tells what was wrong in the cause.
  return bun ? problem : new TypeError("fetch failed", { cause: problem });
}
