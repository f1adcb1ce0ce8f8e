// Wraps fetch so that it asks about every request, redirects included, before anything is sent.

// Nobody else holds this: a list under a global name could be somebody else's.
const guards = new WeakMap();

/** `checkRequest(origin, host, path)` throws where a request would publish a session. */
function guardFetch(original, checkRequest) {
  const known = knownGuard(guards, original);
  if (known) return known;

  const check = (place, options) => checkPlace(checkRequest, place, options);
  const run = (self, given) => {
    try {
      const request = readRequest(given[0], given[1], check);
      const send = (address, options) =>
        apply(original, self, passedOn(given, address, options));
      const mode = request.options.redirect ?? "follow";
      if (mode === "follow") return follow(request, send, check);
      return sendFirst(request, mode, send, check);
    } catch (refusal) {
      return rejected(refusal);
    }
  };

  const guard = new Proxy(likeness(original), {
    __proto__: null,
    apply: (_, self, given) => run(self, given),
    construct: (_, given) => run(undefined, given),
  });
  rememberGuard(guards, original, guard);
  rememberGuard(guards, guard, guard);
  return guard;
}

async function rejected(reason) {
  throw reason;
}

/** A function with the properties of `original`. Its `prototype` would lead to the original. */
function likeness(original) {
  const isConstructor = attempt(() => construct(Object, [], original));
  const shell = isConstructor ? function () {} : () => {};
  const properties = getOwnPropertyDescriptors(original);
  delete properties.prototype;
  defineProperties(shell, properties);
  return setPrototypeOf(shell, getPrototypeOf(original));
}

/** Asks about everything in a request that says where it goes. */
function checkPlace(checkRequest, place, options) {
  const { protocol } = place;
  // These never leave the process.
  if (protocol === "data:" || protocol === "blob:") return;
  const path = protocol === "file:" ? "" : place.path;
  const isSocket = options.unix !== undefined;
  // A socket is at no origin, whatever the address says.
  checkRequest(isSocket ? "unix:" : place.origin, place.host, path);

  const { headers, proxy, s3 } = options;
  const host = headers ? headerOf(new Headers(headers), "host") : null;
  if (host !== null) {
    // A server with several names goes by this one.
    const named = parse(`${protocol}//${host}`);
    if (!named) throw failure("address");
    checkRequest(isSocket ? "unix:" : named.origin, named.host, path);
  }

  const checkOther = (text, path) => {
    if (text === undefined || text === null) return;
    // With a scheme or without.
    const places = [parse(text), parse(`http://${text}`)];
    for (let at = 0; at < 2; at += 1) {
      const other = places[at];
      if (other)
        checkRequest(other.origin, other.host, path && other.path + path);
    }
  };
  checkOther(isObject(proxy) ? proxy.url : proxy, "");
  if (protocol === "s3:") {
    checkOther(isObject(s3) ? s3.endpoint : undefined, `/${place.host}${path}`);
  }
}

/** The arguments of the original: ours, and what it takes beyond the standard. */
function passedOn(given, address, options) {
  const list = [address, options];
  for (let at = 2; at < given.length; at += 1) {
    const value = given[at];
    defineProperty(list, at, { __proto__: null, value, enumerable: true });
  }
  return list;
}

/** Sends a request as it was read. */
async function sendFirst(request, redirect, send, check) {
  const options = { __proto__: null, ...request.options, redirect };
  if (request.bytes) {
    options.body = await request.bytes();
    // Publishing may have been disabled meanwhile.
    check(request.place, options);
  }
  return send(request.place.href, options);
}

/** Sends a request and follows its redirects as the runtime's own fetch does, to http: and https: only. */
async function follow(request, send, check) {
  const { maxRedirects } = request.options;
  const limit =
    bun && typeof maxRedirects === "number" ? maxRedirects : redirectLimit;
  const integrity = request.options.integrity;
  // Of the last response: Node would compare it with what a redirect says.
  if (!bun) delete request.options.integrity;
  let { place, options, hasBody } = request;
  let method = options.method ?? "GET";
  let hasCrossed = false;
  let response = await sendFirst(request, "manual", send, check);
  for (let count = 0; ; count += 1) {
    const location = locationOf(response);
    if (location === undefined) {
      if (!bun && integrity) await verify(response, String(integrity), send);
      if (count === 0) return response;
      return described(response, hasCrossed, place);
    }
    discard(attempt(() => responsePart.body(response)));
    const to = parse(location, place.href);
    if (!to) throw failure("address");
    if (to.protocol !== "http:" && to.protocol !== "https:")
      throw failure("scheme");
    if (count >= limit) throw failure("count");
    if (!bun && to.hasCredentials) throw failure("credentials");

    const status = responsePart.status(response);
    if (status !== 303 && hasBody && request.isOnce) throw failure("stream");
    const headers = new Headers(options.headers);
    if (becomesGet(status, method)) {
      method = "GET";
      hasBody = false;
      for (let at = 0; at < bodyHeaders.length; at += 1) {
        deleteHeader(headers, bodyHeaders[at]);
      }
    }
    if (to.origin !== place.origin) {
      hasCrossed = true;
      for (let at = 0; at < originHeaders.length; at += 1) {
        deleteHeader(headers, originHeaders[at]);
      }
    }
    options = {
      __proto__: null,
      ...options,
      method,
      headers,
      redirect: "manual",
    };
    if (!hasBody) delete options.body;
    else if (request.bytes) options.body = await request.bytes();
    check(to, options);
    place = to;
    response = await send(to.bare, options);
  }
}

/** Rejects as Node's own fetch does where a response is not what was expected, which `send` finds out. */
async function verify(response, integrity, send) {
  const bytes = await responseBytes(cloneResponse(response));
  const text = bufferText(bufferFrom(bytes), "base64");
  await send(`data:;base64,${text}`, { __proto__: null, integrity });
}

const bodyHeaders = [
  "content-encoding",
  "content-language",
  "content-location",
  "content-type",
  "content-length",
];
const originHeaders = [
  "authorization",
  "proxy-authorization",
  "cookie",
  "host",
];

/** Whether a redirect of this status asks for the answer with GET. */
function becomesGet(status, given) {
  const method = upperCase(given);
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}

/** The address that a response leads to, as text. */
function locationOf(response) {
  const status = responsePart.status(response);
  const isRedirect =
    status === 301 ||
    status === 302 ||
    status === 303 ||
    status === 307 ||
    status === 308;
  if (!isRedirect) return undefined;
  const headers = responsePart.headers(response);
  const location =
    attempt(() => headerOf(headers, "location")) ?? headers?.get?.("location");
  if (typeof location !== "string") return undefined;
  if (bun && location === "") return undefined;
  return decoded(location);
}

/** A header in UTF-8, which fetch gives byte by byte. */
function decoded(text) {
  const bytes = new Uint8Array(text.length);
  let isAscii = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = codeAt(text, at);
    if (code > 0xff) return text;
    if (code > 0x7f) isAscii = false;
    bytes[at] = code;
  }
  return isAscii ? text : decodeText(new TextDecoder(), bytes);
}

/** A response after a redirect: it tells so, and so do its clones. */
function described(response, hasCrossed, place) {
  const tell = (name, value) =>
    attempt(() =>
      defineProperty(response, name, {
        __proto__: null,
        value,
        configurable: true,
      }),
    );
  tell("redirected", true);
  if (hasCrossed && !bun) tell("type", "cors");
  if (place.hasCredentials) tell("url", place.href);
  tell("clone", () => described(cloneResponse(response), hasCrossed, place));
  return response;
}
