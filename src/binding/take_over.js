// Hands the pieces of a session over, and calls `finish`. The event loop has its turns in between, so that
// no window freezes, however large the session is. What is small is handed over before the first turn.
async (session, { json, texts, hasTexts }, append, finish) => {
  const MILLISECONDS = 2;
  function* pieces() {
    yield* json;
    yield* texts;
  }
  let isWhole = true;
  try {
    let last = performance.now();
    for (const piece of pieces()) {
      if (!append(...piece)) break;
      if (performance.now() - last > MILLISECONDS) {
        await new Promise((resolve) => setImmediate(resolve));
        last = performance.now();
      }
    }
  } catch {
    isWhole = false;
  }
  return finish(session, isWhole, hasTexts());
};
