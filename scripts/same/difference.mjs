// Tells a reader the first line in which two texts differ.

const AROUND = 100;

/** The part of a line around a column, with escapes for what cannot be seen. */
const excerpt = (line, column) =>
  line
    .slice(Math.max(0, column - AROUND), column + AROUND)
    .replace(/[\p{C}\p{Z}]/gu, (one) =>
      one === " " ? one : `\\u{${one.codePointAt(0).toString(16)}}`,
    );

/** The first line that differs in each of two texts, around the first character that does. */
export function differenceOf(was, is) {
  const [old, now] = [was, is].map((text) => text.split("\n"));
  let line = 0;
  while (old[line] === now[line]) line += 1;
  const [a, b] = [old[line], now[line]];
  let column = 0;
  while (a?.[column] === b?.[column]) column += 1;
  const shown = (text) =>
    text === undefined ? "(there is no such line)" : excerpt(text, column);
  return [
    `line ${line + 1}, column ${column + 1}; ${old.length} and ${now.length} lines`,
    `- ${shown(a)}`,
    `+ ${shown(b)}`,
  ].join("\n");
}
