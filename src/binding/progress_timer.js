// Calls `callback` with what `ask` gives, at an interval. Where that throws, or what it returns is rejected,
// `fail` stops the export. Returns the function that stops it all, which gives what was thrown, in an array.
(callback, interval, ask, fail) => {
  let thrown;
  const failed = (error) => {
    // A promise can be rejected with any value, but only an object comes back from the addon.
    const isObject = Object(error) === error;
    const message = "onProgress threw a value that is no Error.";
    thrown ??= [isObject ? error : new Error(message, { cause: error })];
    clearInterval(timer);
    fail();
  };
  const tell = () => {
    const progress = ask(false);
    if (!progress) return;
    try {
      Promise.resolve(callback(progress)).catch(failed);
      // What is rejected at once is known by then; nobody waits for what an asynchronous callback does later.
      setImmediate(ask, true);
    } catch (error) {
      failed(error);
    }
  };
  const timer = setInterval(tell, interval);
  timer.unref?.();
  return () => {
    clearInterval(timer);
    return thrown;
  };
};
