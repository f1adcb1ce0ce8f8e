// Wraps fetch so that it asks about every request, redirects included, before anything is sent.
//
// `checkRequest(origin, host, path)` throws where a request would publish a session.
function guardFetch(original, checkRequest) {
  const key = Symbol.for("@pawwork/session-export/guarded-fetch");
  // Of the whole thread, so that two copies of this package do not wrap each other's.
  if (!(key in globalThis)) {
    Object.defineProperty(globalThis, key, { value: new WeakMap() });
  }
  const guards = globalThis[key];
  if (guards.has(original)) return guards.get(original);

  const parse = (text, base) => {
    try {
      return new URL(text, base ?? globalThis.location?.href);
    } catch {
      return undefined;
    }
  };

  const check = (url) => {
    // Nothing that fetch could parse either: it fails there as it would without a guard.
    if (url) checkRequest(url.origin, url.hostname, url.pathname);
  };

  const isRequest = (input) =>
    typeof input === "object" && input !== null && "url" in input;

  // The address that fetch itself reads in a Request, whatever its class says that it is.
  const { get: requestUrl } =
    Object.getOwnPropertyDescriptor(Request.prototype, "url") ?? {};
  const ownUrl = (input) => {
    try {
      return requestUrl.call(input);
    } catch {
      return undefined;
    }
  };

  const isPlainUrl = (input) =>
    input instanceof URL &&
    input.toString === URL.prototype.toString &&
    input[Symbol.toPrimitive] === undefined;

  // What is checked is what is fetched: an object could give another text the next time.
  const settled = (input) =>
    isRequest(input) || isPlainUrl(input) ? input : String(input);

  // Every address that a fetch could read in an input: one that is only like a Request has two.
  const addresses = (input) => {
    const own = ownUrl(input);
    if (own !== undefined) return [own];
    return isRequest(input) ? [input.url, String(input)] : [String(input)];
  };

  const isRedirect = (response) =>
    [301, 302, 303, 307, 308].includes(response?.status) &&
    response.headers?.has("location");

  const bodyHeaders = [
    "content-encoding",
    "content-language",
    "content-location",
    "content-type",
    "content-length",
  ];
  const originHeaders = ["authorization", "cookie", "host"];

  // The request that a redirect leads to, as the Fetch standard has it.
  const redirected = (request, response, from, to) => {
    const { status } = response;
    const method = request.method.toUpperCase();
    const headers = new Headers(request.headers);
    let { body } = request;
    let next = method;
    const becomesGet =
      (status === 303 && method !== "GET" && method !== "HEAD") ||
      ((status === 301 || status === 302) && method === "POST");
    if (becomesGet) {
      next = "GET";
      body = undefined;
      for (const name of bodyHeaders) headers.delete(name);
    }
    if (from.origin !== to.origin) {
      for (const name of originHeaders) headers.delete(name);
    }
    return { ...request, method: next, headers, body };
  };

  const follow = async (target, self, input, init) => {
    const isObject = isRequest(input);
    const spare = isObject && input.body ? input.clone() : undefined;
    let from = parse(addresses(input)[0]);
    let request = {
      ...init,
      method: init?.method ?? (isObject ? input.method : "GET"),
      headers: init?.headers ?? (isObject ? input.headers : undefined),
      body: init?.body ?? spare?.body ?? undefined,
      signal: init?.signal ?? (isObject ? input.signal : undefined),
      redirect: "manual",
    };
    if (spare && init?.body === undefined) request.duplex = "half";
    let response = await Reflect.apply(target, self, [
      input,
      { ...init, redirect: "manual" },
    ]);
    for (let hops = 0; isRedirect(response); hops += 1) {
      const to = parse(response.headers.get("location"), from?.href);
      await response.body?.cancel();
      if (!to || hops === 20) throw new TypeError("fetch failed");
      check(to);
      request = redirected(request, response, from, to);
      response = await Reflect.apply(target, self, [to.href, request]);
      Object.defineProperty(response, "redirected", { value: true });
      from = to;
    }
    return response;
  };

  const guard = new Proxy(original, {
    apply(target, self, [given, init, ...rest]) {
      try {
        const input = settled(given);
        for (const address of addresses(input)) check(parse(address));
        const mode = init?.redirect ?? (isRequest(input) && input.redirect);
        if (mode === "error" || mode === "manual") {
          return Reflect.apply(target, self, [input, init, ...rest]);
        }
        return follow(target, self, input, init);
      } catch (refusal) {
        return Promise.reject(refusal);
      }
    },
  });
  guards.set(original, guard);
  guards.set(guard, guard);
  return guard;
}
