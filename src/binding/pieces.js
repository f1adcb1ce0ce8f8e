// A session as JSON text, in pieces that each take a fraction of a millisecond: as one string it would
// take twice the memory, and hold the event loop.
//
// A piece is the arguments of a call: `[json]`, a text or bytes, or `[bytes, isEnd]` of a long text, for
// which the JSON has `mark`: escaping it and taking it out of JSON again would take several times longer.
(session, mark) => {
  /** In UTF-16 units or bytes. */
  const PIECE = 64 * 1024;
  /** What is longer is looked into, or a text apart. */
  const SMALL = 1024;

  const encoder = new TextEncoder();
  const buffer = new Uint8Array(PIECE);

  /** What is left of `left` after a value, as far as that can be told without its JSON. */
  const without = (value, left, depth) => {
    if (typeof value === "string") return left - value.length;
    if (typeof value !== "object" || value === null) return left - 2;
    // Nobody nests like that: it is a cycle, which is told by going into it.
    if (depth > 100) return -1;
    let rest = left - 2;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length && rest > 0; i += 1)
        rest = without(value[i], rest, depth + 1);
    } else {
      for (const key in value) {
        rest = without(value[key], rest - key.length, depth + 1);
        if (rest <= 0) break;
      }
    }
    return rest;
  };
  const isSmall = (value) => without(value, SMALL, 0) > 0;

  function* ofBytes(bytes) {
    for (let start = 0; start < bytes.length; start += PIECE)
      yield [bytes.subarray(start, start + PIECE)];
  }

  /** The bytes of a text, each time as many as there is room for. */
  function* encoded(text) {
    let rest = text;
    while (rest.length > 0) {
      const { read, written } = encoder.encodeInto(rest, buffer);
      rest = rest.slice(read);
      yield [buffer.subarray(0, written), rest.length === 0];
    }
  }

  function* ofText(text) {
    for (const [bytes] of encoded(text)) yield [bytes];
  }

  /** As JSON has it, with halves of pairs, which UTF-8 does not have. */
  function* escaped(text) {
    yield '"';
    for (let start = 0, end; start < text.length; start = end) {
      end = start + PIECE;
      // A half of a pair would be lost.
      if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end += 1;
      yield JSON.stringify(text.slice(start, end)).slice(1, -1);
    }
    yield '"';
  }

  /** As `JSON.stringify` does it; nothing at all where that gives nothing. */
  function* ofJson(stored, key, ancestors) {
    if (isSmall(stored)) {
      const text = JSON.stringify(stored);
      if (text !== undefined) yield text;
      return;
    }
    let value = stored;
    if (typeof value.toJSON === "function") value = value.toJSON(key);
    if (value instanceof String) value = String(value);
    if (typeof value === "string") {
      if (value.length >= SMALL && value.isWellFormed?.()) {
        yield `"${mark}"`;
        yield* encoded(value);
      } else {
        yield* escaped(value);
      }
    } else if (typeof value === "object" && value !== null) {
      if (ancestors.includes(value)) throw new TypeError("a cycle");
      yield* ofMembers(value, [...ancestors, value]);
    } else {
      yield* ofJson(value, key, ancestors);
    }
  }

  function* ofMembers(value, ancestors) {
    const isArray = Array.isArray(value);
    const keys = isArray ? value.keys() : Object.keys(value);
    let separator = "";
    yield isArray ? "[" : "{";
    for (const key of keys) {
      let before = separator;
      if (!isArray) before += `${JSON.stringify(key)}:`;
      let isThere = false;
      for (const piece of ofJson(value[key], String(key), ancestors)) {
        if (!isThere) yield before;
        yield piece;
        isThere = true;
      }
      if (isArray && !isThere) yield `${before}null`;
      if (isArray || isThere) separator = ",";
    }
    yield isArray ? "]" : "}";
  }

  /** Short pieces of JSON made longer. */
  function* joined(pieces) {
    let text = "";
    for (const piece of pieces) {
      if (typeof piece !== "string") {
        yield piece;
        continue;
      }
      text += piece;
      if (text.length < PIECE) continue;
      yield [text];
      text = "";
    }
    yield [text];
  }

  if (typeof session === "string") return ofText(session);
  if (session instanceof Uint8Array) return ofBytes(session);
  return joined(ofJson(session, "", []));
};
