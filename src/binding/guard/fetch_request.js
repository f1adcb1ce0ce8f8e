// Reads what fetch was given, each thing once, and makes a request of it that nobody else can change.

// A class can hide its options from enumeration: these are asked for by name.
const optionNames = [
  ...["body", "cache", "compress", "credentials", "decompress", "dispatcher"],
  ...["duplex", "headers", "integrity", "keepalive", "maxRedirects", "method"],
  ...["mode", "priority", "protocol", "proxy", "redirect", "referrer"],
  ...["referrerPolicy", "s3", "session", "signal", "timeout", "tls", "unix"],
  ...["verbose", "window"],
];

/** The options of fetch in `given`, inherited ones too, in an object without a prototype. */
function readOptions(given) {
  const options = { __proto__: null };
  if (!isObject(given)) return options;
  const keep = (name) => {
    if (name in options) return;
    const value = given[name];
    if (value !== undefined) options[name] = value;
  };
  for (const name in given) keep(name);
  for (let at = 0; at < optionNames.length; at += 1) keep(optionNames[at]);
  return options;
}

/** A copy of the plain fields of an object. */
function copyFields(given, settled) {
  const fields = {};
  for (const name in given) {
    defineProperty(fields, name, {
      __proto__: null,
      value: settled(given[name]),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return fields;
}

/** A copy of headers. Fields stay fields, for a fetch that spreads them. */
function copyHeaders(given) {
  const isFields =
    isObject(given) &&
    !(given instanceof Headers) &&
    typeof given[iterator] !== "function";
  return isFields ? copyFields(given, String) : new Headers(given);
}

/** The text of an address, or the fields that hold it under `name`. */
function copyAddress(given, name) {
  const isFields = isObject(given) && !attempt(() => urlPart.href(given));
  if (!isFields) return String(given);
  const fields = copyFields(given, (value) => value);
  if (fields[name] !== undefined) fields[name] = String(fields[name]);
  return fields;
}

/** Makes texts of our own of the options that say where a request goes and how. */
function settle(options) {
  const settled = (name, make) => {
    const value = options[name];
    if (value !== undefined && value !== null) options[name] = make(value);
  };
  settled("headers", copyHeaders);
  settled("method", String);
  settled("redirect", String);
  settled("unix", String);
  settled("proxy", (given) => copyAddress(given, "url"));
  settled("s3", (given) => copyAddress(given, "endpoint"));
}

/** The address that a fetch of `text` leads to. It throws as fetch does where it is none. */
function addressOf(text) {
  // A relative one may have a base in the runtime: its Request knows.
  const place =
    parse(text) ??
    (bun ? undefined : parse(requestPart.url(new Request(text))));
  if (!place) throw failure("given");
  const hasScheme =
    startsWith(place.href, "data:") ||
    startsWith(place.href, "blob:") ||
    includes(place.href, "://");
  if (!bun || hasScheme) return place;
  // Bun takes "localhost:80/x" for a host and a port.
  const named = parse(`http://${place.href}`);
  if (!named || named.hasCredentials) throw failure("given");
  return named;
}

/** The request that fetch was called for. `check` is asked about each address that could be meant. */
function readRequest(input, init, check) {
  if (!bun && init !== undefined && init !== null && !isObject(init)) {
    throw new TypeError("The options of fetch must be an object.");
  }
  const options = readOptions(init);
  const checked = (text) => {
    const place = addressOf(text);
    check(place, options);
    return place;
  };
  const checkToo = (text) => {
    const place = parse(String(text));
    if (place) check(place, options);
  };

  const requestUrl = isObject(input)
    ? attempt(() => requestPart.url(input))
    : undefined;
  if (requestUrl !== undefined) {
    if (bun) {
      // Bun reads these two as properties.
      options.method ??= input.method;
      options.redirect ??= input.redirect;
    }
    settle(options);
    const headers = options.headers ?? new Headers(requestPart.headers(input));
    const place = addressOf(requestUrl);
    check(place, { __proto__: null, ...options, headers });
    checkToo(attempt(() => input.url));
    if (bun && options.body === undefined && requestPart.bodyUsed(input)) {
      throw failure("used");
    }
    return fromRequest(place, new Request(input, options), options);
  }

  const href = isObject(input) ? attempt(() => urlPart.href(input)) : undefined;
  if (href !== undefined) {
    settle(options);
    const place = checked(href);
    checkToo(input);
    return fromOptions(place, options);
  }

  const text = String(input);
  const url = isObject(input) ? input.url : undefined;
  const isRequestLike =
    url !== undefined && (bun || text === "[object Request]");
  if (isRequestLike) {
    const own = readOptions(input);
    for (const name in own) {
      if (name !== "url" && !(name in options)) options[name] = own[name];
    }
    if (!bun && isStream(options.body)) options.duplex ??= "half";
  }
  settle(options);
  if (url !== undefined) checkToo(url);
  const isAddress = parse(text) || !isRequestLike;
  return fromOptions(checked(isAddress ? text : String(url)), options);
}

/** A body that can be read once only. */
const isStream = (body) =>
  isObject(body) && typeof body[asyncIterator] === "function";

/** A request of an address and options. */
function fromOptions(place, options) {
  return {
    __proto__: null,
    place,
    options,
    hasBody: options.body !== undefined && options.body !== null,
    isOnce: isStream(options.body),
    bytes: undefined,
  };
}

/**
 * A request of a Request of our own. It is taken apart: a text is all that fetch gets as address, so that
 * no class that changes later can make another one of it.
 */
function fromRequest(place, request, options) {
  options.method = requestPart.method(request);
  options.redirect ??= requestPart.redirect(request);
  options.headers = new Headers(requestPart.headers(request));
  for (let at = 0; at < (bun ? 1 : partNames.length); at += 1) {
    const name = partNames[at];
    options[name] ??= requestPart[name](request);
  }
  const symbols = getOwnPropertySymbols(request);
  for (let at = 0; at < symbols.length; at += 1) {
    // Node up to 22 shows its dispatcher here.
    if (String(symbols[at]) === "Symbol(dispatcher)") {
      options.dispatcher ??= request[symbols[at]];
    }
  }
  const whole = wholeBody(request);
  delete options.body;
  if (whole === undefined) {
    options.body = requestPart.body(request);
    options.duplex = "half";
  }
  let bytes;
  return {
    __proto__: null,
    place,
    options,
    hasBody: whole !== null,
    isOnce: whole === undefined,
    bytes: whole ? async () => (bytes ??= await readBytes(whole)) : undefined,
  };
}

/** The parts of a Request that become options, the first in every runtime. */
const partNames = [
  "signal",
  "cache",
  "credentials",
  "integrity",
  "keepalive",
  "mode",
  "referrer",
  "referrerPolicy",
];

/**
 * A Request whose body can be sent again. `undefined` where it can be read once only, `null` where there
 * is none.
 */
function wholeBody(request) {
  // In Bun a body becomes a stream as soon as it is looked at: its length tells what it was.
  if (bun && !startsWith(inspect(request), "Request (0 KB)")) return request;
  const body = requestPart.body(request);
  if (body === null) return null;
  if (bun) return includes(inspect(body), "'closed'") ? request : undefined;
  // The standard refuses exactly a stream here, before it touches it.
  return attempt(
    () =>
      new Request(request, {
        __proto__: null,
        mode: "no-cors",
        method: "POST",
        integrity: "",
      }),
  );
}
