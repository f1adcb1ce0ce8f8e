// A straightforward redactor in JavaScript with this package's own rules: each whose keyword a text holds
// is applied to the whole text. It knows neither values by their names nor those found elsewhere.
import { readFileSync } from "node:fs";

const rules = readFileSync(
  new URL("../../src/redact/rules.toml", import.meta.url),
  "utf8",
)
  .split("[[rule]]")
  .slice(1)
  .map((text) => {
    const [, id] = /^id = "(.+)"$/m.exec(text);
    const [, keywords] = /^keywords = \[([^]*?)\]$/m.exec(text) ?? [, ""];
    const [, form, written] =
      /^(token|behind|pattern) = '''([^]*?)'''$/m.exec(text) ??
      /^(token|behind|pattern) = '(.*)'$/m.exec(text) ??
      /^(token|behind|pattern) = "(.*)"$/m.exec(text);
    const words = [...keywords.matchAll(/["']([^"']+)["']/g)].map(
      ([, word]) => word,
    );
    const expression =
      form === "behind" ? `(?:${words.join("|")})${written}` : written;
    const flags = /\(\?([ims]+)\)/.exec(expression)?.[1] ?? "";
    return {
      isStrict: /^strict = true$/m.test(text),
      keywords: words.map((word) => word.toLowerCase()),
      pattern: toPattern(expression, flags),
      placeholder: `[redacted:${id}#1]`,
    };
  })
  .filter(({ isStrict, pattern }) => !isStrict && pattern !== undefined);

/** `undefined` where JavaScript has no such expression. */
function toPattern(expression, flags) {
  try {
    const source = expression
      .replace(/\(\?[ims]+\)/g, "")
      .replaceAll("\\z", "$")
      .replaceAll("\\A", "^");
    return new RegExp(source, `g${flags}`);
  } catch {
    return undefined;
  }
}

/** How many rules JavaScript can apply. */
export const count = rules.length;

export function redact(text) {
  const lower = text.toLowerCase();
  let result = text;
  for (const { keywords, pattern, placeholder } of rules) {
    if (keywords.some((word) => lower.includes(word)))
      result = result.replace(pattern, (whole, secret) =>
        typeof secret === "string"
          ? whole.replace(secret, placeholder)
          : placeholder,
      );
  }
  return result.replaceAll("/home/jordan", "~");
}
