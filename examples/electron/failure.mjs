// An error as a person reads it, and as a log may keep it.

/** True where the user, or the end of a window, stopped the work. */
export const isAbort = (error) =>
  error?.code === "ERR_ABORTED" || error?.name === "AbortError";

/** The sentence on an error, in the user's language. The error's own words are never shown. */
export const sentenceOf = (words, error) =>
  Object.hasOwn(words.errors, error?.code)
    ? words.errors[error.code]
    : words.unknownError;

/**
 * The entry of an error in a log: its codes, the JSON path at which the session is wrong, and the place that threw it. Its
 * message stays out. Those of the addon hold no conversation, but may name a file whose name comes from a title; and nobody
 * knows what is in those of others, such as the function that loads a session.
 */
export function logEntry(doing, error) {
  const { name, code, path, cause } = error ?? {};
  return {
    doing,
    name: identifier(name),
    code: identifier(code),
    cause: identifier(cause?.code),
    ...(code === "ERR_INVALID_SESSION" && { path }),
    at: frames(error),
  };
}

const identifier = (value) =>
  typeof value === "string" && /^\w{1,60}$/.test(value) ? value : undefined;

/** The lines of a stack below its message, which may have lines of any kind itself. */
function frames(error) {
  const { name, message, stack } = error ?? {};
  const head = message ? `${name}: ${message}` : name;
  if (typeof stack !== "string" || !stack.startsWith(`${head}\n`)) return [];
  return stack
    .slice(head.length + 1)
    .split("\n")
    .slice(0, 5)
    .map((line) => line.trim());
}
