// Makes one array of what `next` gives, until it gives none: the JSON of how many items there are, and of
// columns by their names, each of the values of the items or of one value that all have. `null` is a field that
// an item does not have. The event loop has a turn after each, so that no window freezes while a long list is
// made. `late` promises the JSON of what takes longer: how many messages each item has, in whose place 0 stands until
// then, and the stores that could not be read.
// `compile` makes a function of its source.
(() => {
  const compiled = {};

  return async (next, late, compile) => {
    const items = [];

    /** Adds the items of some columns. */
    const add = (count, columns) => {
      const fields = Object.entries(columns).filter(([, v]) => v !== null);
      const varying = fields.filter(([, values]) => Array.isArray(values));
      // A literal is made in less time than an object is copied and changed.
      const maker = (absent) => {
        const missing = varying.filter((_, f) => (absent >> f) & 1);
        const present = fields.filter((field) => !missing.includes(field));
        const values = present.map(([name, values]) =>
          Array.isArray(values)
            ? `${name}: columns.${name}[i]`
            : `${name}: columns.${name}`,
        );
        const source = `(columns, i) => ({ ${values.join(", ")} })`;
        return (compiled[source] ??= compile(source));
      };
      const makers = [];
      for (let i = 0; i < count; i += 1) {
        let absent = 0;
        for (let f = 0; f < varying.length; f += 1)
          if (varying[f][1][i] === null) absent |= 1 << f;
        makers[absent] ??= maker(absent);
        items.push(makers[absent](columns, i));
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
      for (let i = 0; i < items.length; i += 1) items[i].messages = messages[i];
    // Not enumerable: a list is compared and printed as the array that it is.
    return Object.defineProperty(items, "unreadable", { value: unreadable });
  };
})();
