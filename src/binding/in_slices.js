// Makes one array of the JSON arrays that `next` gives, until it gives none. The event loop has a
// turn after each, so that no window freezes while a long list is made.
async (next) => {
  const items = [];
  for (let text = next(); text != null; text = next()) {
    items.push(...JSON.parse(text));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return items;
};
