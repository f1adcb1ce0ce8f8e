// Makes one array of what `next` gives, until it gives none: the JSON of how many items there are, and of
// columns by their names, each of the values of the items or of one value that all have. `null` is a field that
// an item does not have. The event loop has a turn after each, so that no window freezes while a long list is
// made. `late` promises the JSON of what takes longer: how many messages each item has, in whose place 0 stands until
// then, and the stores that could not be read.
(() => async (next, late) => {
  const items = [];

  /** Adds the items of some columns. */
  const add = (count, columns) => {
    const fields = Object.entries(columns);
    for (let i = 0; i < count; i += 1) {
      const item = {};
      for (const [name, values] of fields) {
        const value = Array.isArray(values) ? values[i] : values;
        if (value !== null) item[name] = value;
      }
      items.push(item);
    }
  };

  const addAll = async () => {
    for (let text = next(); text != null; text = next()) {
      add(...JSON.parse(text));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  const [lateText] = await Promise.all([late, addAll()]);
  const { messages, unreadable } = JSON.parse(lateText);
  if (messages)
    for (let i = 0; i < items.length; i += 1)
      items[i].messageCount = messages[i];
  // Not enumerable: a list is compared and printed as the array that it is.
  return Object.defineProperty(items, "unreadable", { value: unreadable });
})();
