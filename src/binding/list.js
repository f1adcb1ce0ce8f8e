// Makes one array of what `next` gives, until it gives none: the JSON of how many items there are, and of
// columns by their names, each of the values of the items or of one value that all have. `null` is a field that
// an item does not have. The event loop has a turn after each, so that no window freezes while a long list is
// made. `late` promises the JSON of columns that take longer; until then an item has what stands in their place.
async (next, late) => {
  const items = [];

  /** Adds the items of some columns. */
  const add = (count, columns) => {
    const fields = Object.entries(columns).filter(([, v]) => v !== null);
    const varying = fields.filter(([, values]) => Array.isArray(values));
    const valueAt = (values, i) => (Array.isArray(values) ? values[i] : values);
    // A copy of an item with the same fields takes half the time of adding them one by one.
    const models = [];
    const model = (i) => {
      let absent = 0;
      for (let f = 0; f < varying.length; f += 1)
        if (varying[f][1][i] === null) absent |= 1 << f;
      models[absent] ??= Object.fromEntries(
        fields
          .map(([name, values]) => [name, valueAt(values, i)])
          .filter(([, value]) => value !== null),
      );
      return models[absent];
    };
    for (let i = 0; i < count; i += 1) {
      const item = { ...model(i) };
      for (let f = 0; f < varying.length; f += 1) {
        const value = varying[f][1][i];
        if (value !== null) item[varying[f][0]] = value;
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

  const [lateColumns] = await Promise.all([late, addAll()]);
  for (const [name, values] of Object.entries(JSON.parse(lateColumns)))
    for (let i = 0; i < items.length; i += 1) items[i][name] = values[i];
  return items;
};
