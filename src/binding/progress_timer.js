// Calls `callback` with what `ask` gives, at an interval. Where that throws, or what it returns is rejected,
// `fail` stops the export. Returns the function that stops it all, which gives what was thrown, in an array.
(callback, interval, ask, fail) => {
  let thrown;
  const failed = (error) => {
    thrown ??= [error];
    clearInterval(timer);
    fail();
  };
  const tell = () => {
    const progress = ask(false);
    if (!progress) return;
    try {
      // Only what was returned by an asynchronous callback has to be waited for, by nobody.
      Promise.resolve(callback(progress)).catch(failed);
      ask(true);
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
