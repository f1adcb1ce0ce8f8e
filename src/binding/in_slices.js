// Makes one array of what `next` gives, until it gives none: the JSON of columns of values by their names,
// where `null` is a field that an item does not have. The event loop has a turn after each, so that no window
// freezes while a long list is made.
async (next) => {
  const items = [];
  for (let text = next(); text != null; text = next()) {
    const [[name, values], ...others] = Object.entries(JSON.parse(text));
    for (let i = 0; i < values.length; i += 1) {
      const item = { [name]: values[i] };
      for (const [name, values] of others)
        if (values[i] !== null) item[name] = values[i];
      items.push(item);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return items;
};
