// Hands the pieces of a session over in slices. The event loop has its turns in between, so that no window
// freezes, however large the session is. What is small is handed over before the first turn. When only its long
// texts are still to come, `begin` has all that is needed to work on them. Gives what `finish` gives.
async (session, { json, texts, hasTexts }, append, begin, finish) => {
  const MILLISECONDS = 2;
  let last = performance.now();
  const handOver = async (pieces) => {
    for (const piece of pieces) {
      if (!append(...piece)) break;
      if (performance.now() - last > MILLISECONDS) {
        await new Promise((resolve) => setImmediate(resolve));
        last = performance.now();
      }
    }
  };
  try {
    await handOver(json);
    begin(hasTexts());
    await handOver(texts);
  } catch {
    // `finish` knows by what it was not given.
  }
  return finish(session);
};
