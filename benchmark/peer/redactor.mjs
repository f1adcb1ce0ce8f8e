// A straightforward redactor in JavaScript with this package's own rules: each whose keyword a text holds
// is applied to the whole text. It knows neither values by their names nor those found elsewhere.
import { readFileSync } from "node:fs";

const rows = (file, head) =>
  readFileSync(
    new URL(`../../src/redact/find/${file}`, import.meta.url),
    "utf8",
  )
    .split(`\n[[${head}]]`)
    .slice(1);

const patterns = rows("rules.toml", "rule").map((text) => {
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
});

/** The alphabets of `tokens.toml`. */
const ALPHABETS = {
  digits: "0-9",
  hex: "0-9a-f",
  HEX: "0-9A-F",
  anyhex: "0-9a-fA-F",
  az: "a-z",
  AZ: "A-Z",
  lower: "a-z0-9",
  upper: "A-Z0-9",
  letters: "A-Za-z",
  alnum: "A-Za-z0-9",
  base58: "1-9A-HJ-NP-Za-km-z",
  bech32: "02-9ac-hj-np-z",
  word: "A-Za-z0-9_",
  kebab: "A-Za-z0-9-",
  b64u: "A-Za-z0-9_-",
  b64: "A-Za-z0-9+/=",
  dotted: "A-Za-z0-9_.-",
  b64any: "A-Za-z0-9+/=_-",
  loose: "A-Za-z0-9+/=_.~%:-",
};

/** The source of an expression for a form such as `ghp_{alnum:36}`. */
const toSource = (form) =>
  form.replace(
    /\{(\w+):([\d-]+)(\+?)\}|[.*+?^${}()|[\]\\]/g,
    (sign, alphabet, length, more) =>
      alphabet
        ? `[${ALPHABETS[alphabet]}]{${length.replace("-", ",")}${more && ","}}`
        : `\\${sign}`,
  );

const tokens = rows("token/tokens.toml", "token").map((text) => {
  const [, id] = /^id = "(.+)"$/m.exec(text);
  const [, list] = /^forms = \[([^]*?)\]$/m.exec(text);
  const forms = [...list.matchAll(/"([^"]+)"/g)].map(([, form]) => form);
  return {
    // What a form starts with, where it starts so.
    keywords: forms.map((form) => /^[^{]*/.exec(form)[0].toLowerCase()),
    pattern: toPattern(forms.map(toSource).join("|"), ""),
    placeholder: `[redacted:${id}#1]`,
  };
});

const rules = [...tokens, ...patterns].filter(
  ({ isStrict, pattern }) => !isStrict && pattern !== undefined,
);

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
