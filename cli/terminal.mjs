// All that the command prints goes through here: a store holds what a model, a website or another program
// wrote, and a terminal obeys control characters.

/**
 * Characters that a terminal obeys or does not show: controls (C0, C1, line ends), direction marks, what is
 * invisible, and half characters.
 */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Any value as text for one line: what a terminal would obey becomes "\ufffd". */
export const safe = (value) => String(value).replace(UNSAFE, "\ufffd");

/** The same for a text of several lines, which are the program's own. */
export const safeLines = (text) =>
  String(text).replace(UNSAFE, (character) =>
    character === "\n" || character === "\t" ? character : "\ufffd",
  );

/** JSON that looks the same wherever it is shown: what is unsafe is escaped, so no value changes. */
export const safeJson = (value) =>
  JSON.stringify(value, null, 2).replace(UNSAFE, (character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()]
          .map((i) => character.charCodeAt(i).toString(16).padStart(4, "0"))
          .map((code) => `\\u${code}`)
          .join(""),
  );

/** Tells the user something, in one line on stderr. */
export const tell = (text) => process.stderr.write(`${safe(text)}\n`);
