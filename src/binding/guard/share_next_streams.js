// Streams of the platform that ask before each piece. They are real ones: what takes a stream looks for its inner
// state, which a proxy does not have.

/** Whether a value is of a kind of the platform's, without members of somebody's own. */
const isPlatforms = (value, name) => {
  const kind = globalThis[name];
  if (typeof kind !== "function" || !(value instanceof kind)) return false;
  // Node has prototypes of its own in between, and names the constructor on streams that it made itself.
  const hasMembers = (link) =>
    Reflect.ownKeys(link).some(
      (key) => typeof key === "string" && key !== "constructor",
    );
  const links = ownChain(value);
  return !links.some(hasMembers);
};

const givesBytes = (stream) => {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
};

/**
 * Nothing is read ahead, and the original is not locked before the first piece is asked for. `ask` throws where it is
 * refused, which ends this stream; `refused` is called first, so that another one can go on with the original.
 */
function guardReadable(original, { ask, refused, wrap }) {
  let reader;
  const askFirst = () => {
    try {
      ask();
    } catch (error) {
      reader?.releaseLock();
      refused();
      throw error;
    }
    return (reader ??= original.getReader());
  };
  const source = {
    async pull(controller) {
      const { done, value } = await askFirst()
        .read()
        .catch((error) => {
          throw wrap(error);
        });
      if (!done) return controller.enqueue(wrap(value));
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel: (reason) => askFirst().cancel(reason),
  };
  const guarded = givesBytes(original)
    ? new ReadableStream({ ...source, type: "bytes" })
    : new ReadableStream(source, { highWaterMark: 0 });
  return Object.setPrototypeOf(guarded, Object.getPrototypeOf(original));
}

/** The same for a stream that is written to. `unwrap` gives the original of a guarded value. */
function guardWritable(original, { ask, refused, wrap, unwrap }) {
  let writer;
  const then = async (work) => {
    try {
      ask();
    } catch (error) {
      writer?.releaseLock();
      refused();
      throw error;
    }
    try {
      writer ??= original.getWriter();
      await work();
    } catch (error) {
      throw wrap(error);
    }
  };
  const guarded = new WritableStream({
    write: (piece) => then(() => writer.write(unwrap(piece))),
    close: () => then(() => writer.close()),
    abort: (reason) => then(() => writer.abort(unwrap(reason))),
  });
  return Object.setPrototypeOf(guarded, Object.getPrototypeOf(original));
}
