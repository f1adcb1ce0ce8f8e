// Records as a later version might write them: fields are gone, renamed or of another type. The same each time.

const values = [
  ...[null, 7, "text", true, [], {}, [[]], { type: "text" }],
  ...[-1e300, "\ud800"],
];

/** Numbers below a limit, in an order that is the same in each run. */
export function numbers(seed = 7) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
}

/** A value with one of its fields dropped, renamed or given another type, at some depth. */
export function changed(value, next, depth = 0) {
  if (value === null || typeof value !== "object")
    return values[next(values.length)];
  const names = Object.keys(value);
  if (names.length === 0) return values[next(values.length)];
  const name = names[next(names.length)];
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const way = next(4);
  if (way === 0) delete copy[name];
  else if (way === 1 && !Array.isArray(copy)) {
    copy[`${name}New`] = copy[name];
    delete copy[name];
  } else if (way === 2 || depth > 4) copy[name] = values[next(values.length)];
  else copy[name] = changed(value[name], next, depth + 1);
  return copy;
}

/** The text of a log in which a third of the records are changed; each tenth round it is cut too. */
export function changedLog(log, round, next) {
  const records = log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map((record) => (next(3) === 0 ? changed(record, next) : record));
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  return round % 10 === 0 ? text.slice(0, next(text.length)) : text;
}
