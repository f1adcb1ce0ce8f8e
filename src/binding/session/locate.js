// Finds what JSON.stringify cannot take, and gives the keys that lead there.
function locate(root) {
  const ancestors = new Set();
  const find = (value, keys) => {
    if (typeof value === "bigint") return keys;
    if (value === null || typeof value !== "object") return undefined;
    if (ancestors.has(value)) return keys;
    ancestors.add(value);
    try {
      const shown = typeof value.toJSON === "function" ? value.toJSON() : value;
      if (shown !== value) return find(shown, keys);
      for (const key of Object.keys(value)) {
        const path = [...keys, key];
        let child;
        try {
          child = value[key];
        } catch {
          return path;
        }
        const found = find(child, path);
        if (found) return found;
      }
    } catch {
      return keys;
    } finally {
      ancestors.delete(value);
    }
    return undefined;
  };
  return find(root, []) ?? [];
}
