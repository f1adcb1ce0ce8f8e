// A session as JSON text, and its long texts, in pieces that each take a fraction of a millisecond: as one string
// it would take twice the memory, and hold the event loop.
//
// A piece is the arguments of a call: of the JSON `[json]`, a text or bytes; of the long texts, in their order,
// `[text, isEnd]`. The JSON has a reference for each, `mark` with its number: escaping it and taking it out of JSON
// again would take several times longer. No piece of a text ends within a pair of surrogates. The JSON has to be
// taken first.
//
// Functions are made once, not with each call, as V8 would make them fast anew each time.
(() => {
  /** In UTF-16 units or bytes. */
  const PIECE = 64 * 1024;
  /** Of JSON, which is made of many small values. */
  const PIECE_OF_JSON = PIECE / 8;
  /** A text that is longer is one apart: `JSON.stringify` takes several times longer for it. */
  const SMALL = 128;

  function* ofBytes(bytes) {
    for (let start = 0; start < bytes.length; start += PIECE)
      yield [bytes.subarray(start, start + PIECE)];
  }

  const isHighSurrogate = (text, at) =>
    (text.charCodeAt(at) & 0xfc00) === 0xd800;

  /** Pieces of a text, each with whether it is the last. */
  function* ofLong(text) {
    let start = 0;
    while (text.length - start > PIECE) {
      let end = start + PIECE;
      if (isHighSurrogate(text, end - 1)) end -= 1;
      yield [text.slice(start, end), false];
      start = end;
    }
    yield [start === 0 ? text : text.slice(start), true];
  }

  function* ofText(text) {
    for (const [piece] of ofLong(text)) yield [piece];
  }

  function* ofAllLong(texts) {
    for (const text of texts) yield* ofLong(text);
  }

  /** What `JSON.stringify` makes the text of. */
  const jsonForm = (stored, key) => {
    const value =
      typeof stored.toJSON === "function" ? stored.toJSON(key) : stored;
    return value instanceof String ? String(value) : value;
  };

  /** Of a copy: the one of what it was made of was called. */
  const withoutToJson = (copy) => {
    if (typeof copy.toJSON === "function") delete copy.toJSON;
    return copy;
  };

  const referenceTo = (text, apart) => {
    apart.texts.push(text);
    return `${apart.mark}${apart.texts.length - 1}.`;
  };

  /**
   * A value with references to its long texts; itself where it has none. It ends early where the JSON would not
   * have room in a piece.
   */
  const outline = (stored, key, apart) => {
    if (typeof stored === "string") {
      const text = stored.length > SMALL ? referenceTo(stored, apart) : stored;
      apart.room -= text.length;
      return text;
    }
    apart.room -= 2;
    if (typeof stored !== "object" || stored === null) return stored;
    const value = jsonForm(stored, key);
    let copy = null;
    if (typeof value === "string") {
      copy = value.length > SMALL ? outline(value, key, apart) : null;
    } else if (Array.isArray(value)) {
      for (let i = 0; i < value.length && apart.room > 0; i += 1) {
        const item = value[i];
        const short = outline(item, String(i), apart);
        if (short === item) continue;
        copy ??= Array.from(value);
        copy[i] = short;
      }
    } else if (typeof value === "object" && value !== null) {
      for (const name of Object.keys(value)) {
        if (apart.room <= 0) break;
        apart.room -= name.length;
        const member = value[name];
        const short = outline(member, name, apart);
        if (short === member) continue;
        copy ??= withoutToJson({ ...value });
        copy[name] = short;
      }
    }
    return copy ?? stored;
  };

  /** As `JSON.stringify` does it; nothing at all where that gives nothing. */
  function* ofJson(stored, key, ancestors, apart) {
    const before = apart.texts.length;
    apart.room = PIECE;
    const small = outline(stored, key, apart);
    if (apart.room > 0) {
      const text = JSON.stringify(small);
      if (text !== undefined) yield text;
      return;
    }
    apart.texts.length = before;
    const value = jsonForm(stored, key);
    if (typeof value === "object" && value !== null) {
      if (ancestors.includes(value)) throw new TypeError("a cycle");
      yield* ofMembers(value, [...ancestors, value], apart);
    } else {
      yield* ofJson(value, key, ancestors, apart);
    }
  }

  function* ofMembers(value, ancestors, apart) {
    const isArray = Array.isArray(value);
    const keys = isArray ? value.keys() : Object.keys(value);
    let separator = "";
    yield isArray ? "[" : "{";
    for (const key of keys) {
      let before = separator;
      if (!isArray) before += `${JSON.stringify(key)}:`;
      let isThere = false;
      for (const piece of ofJson(value[key], String(key), ancestors, apart)) {
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
      text += piece;
      if (text.length < PIECE_OF_JSON) continue;
      yield [text];
      text = "";
    }
    yield [text];
  }

  const ofSession = (session, apart) => {
    if (typeof session === "string") return ofText(session);
    if (session instanceof Uint8Array) return ofBytes(session);
    return joined(ofJson(session, "", [], apart));
  };

  return (session, mark) => {
    const apart = { mark, texts: [], room: 0 };
    return {
      json: ofSession(session, apart),
      texts: ofAllLong(apart.texts),
      /** Known behind the JSON. */
      hasTexts: () => apart.texts.length > 0,
    };
  };
})();
