// Calls `callback` with what `ask` gives, at an interval; returns the function that stops it.
(callback, interval, ask) => {
  const tell = () => {
    const progress = ask();
    if (!progress) return;
    try {
      callback(progress);
    } catch (error) {
      // As from any other callback: it is nothing that the export could handle.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
  const timer = setInterval(tell, interval);
  timer.unref?.();
  return () => {
    clearInterval(timer);
    tell();
  };
};
