// Hands a session over as JSON text, or the bytes of one, piece by piece, and calls `finish`. The event
// loop has its turns in between, so that no window freezes, however large the session is. What is small
// is handed over before the first turn.
async (session, append, finish) => {
  /** In UTF-16 units or bytes; it takes a fraction of a millisecond. */
  const PIECE = 64 * 1024;
  const MILLISECONDS = 6;

  /** Whether a value is no more than a piece, as far as that can be told without its JSON. */
  const isSmall = (value) => {
    let left = PIECE;
    const open = [value];
    const visit = (inner, length) => {
      left -= length;
      open.push(inner);
      return left > 0;
    };
    while (open.length > 0 && left > 0) {
      const next = open.pop();
      if (typeof next === "string") left -= next.length;
      else if (Array.isArray(next)) next.every((item) => visit(item, 2));
      else if (typeof next === "object" && next !== null)
        for (const key in next) if (!visit(next[key], key.length + 4)) break;
    }
    return left > 0;
  };

  function* ofBytes(bytes) {
    for (let start = 0; start < bytes.length; start += PIECE)
      yield bytes.subarray(start, start + PIECE);
  }

  function* ofText(text) {
    for (let start = 0, end; start < text.length; start = end) {
      end = start + PIECE;
      // Halves of a pair would be lost.
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
      for (let start = 0; start < value.length; start += PIECE)
        yield JSON.stringify(value.slice(start, start + PIECE)).slice(1, -1);
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

  const pieces = () => {
    if (typeof session === "string") return ofText(session);
    if (session instanceof Uint8Array) return ofBytes(session);
    return ofJson(session, "", []);
  };

  let isWhole = true;
  try {
    let last = performance.now();
    let text = "";
    for (const piece of pieces()) {
      if (typeof piece === "string") {
        text += piece;
        if (text.length < PIECE) continue;
      }
      if (!append(typeof piece === "string" ? text : piece)) break;
      text = "";
      if (performance.now() - last > MILLISECONDS) {
        await new Promise((resolve) => setImmediate(resolve));
        last = performance.now();
      }
    }
    append(text);
  } catch {
    isWhole = false;
  }
  return finish(isWhole, session);
};
