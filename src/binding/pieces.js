// The JSON text of a session, or the bytes of one, in pieces that each take a fraction of a millisecond:
// as one string it would take twice the memory, and hold the event loop.
(session) => {
  /** In UTF-16 units or bytes. */
  const PIECE = 64 * 1024;

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
  const isSmall = (value) => without(value, PIECE, 0) > 0;

  function* ofBytes(bytes) {
    for (let start = 0; start < bytes.length; start += PIECE)
      yield bytes.subarray(start, start + PIECE);
  }

  function* ofText(text) {
    for (let start = 0, end; start < text.length; start = end) {
      end = start + PIECE;
      // A half of a pair would be lost.
      if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end += 1;
      yield text.slice(start, end);
    }
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
      yield '"';
      for (const part of ofText(value)) yield JSON.stringify(part).slice(1, -1);
      yield '"';
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
        yield isThere ? piece : before + piece;
        isThere = true;
      }
      if (isArray && !isThere) yield `${before}null`;
      if (isArray || isThere) separator = ",";
    }
    yield isArray ? "]" : "}";
  }

  function* joined(pieces) {
    let text = "";
    for (const piece of pieces) {
      text += piece;
      if (text.length < PIECE) continue;
      yield text;
      text = "";
    }
    yield text;
  }

  if (typeof session === "string") return ofText(session);
  if (session instanceof Uint8Array) return ofBytes(session);
  return joined(ofJson(session, "", []));
};
