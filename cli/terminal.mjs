// What reaches the terminal. Ids, titles, folders and paths come from a store, and a store may be hostile: a
// control character would colour the terminal, rename its window, or forge a row.

/** Controls, formats, ends of lines and paragraphs, halves of characters, and letters that nobody sees. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]+/gu;

/** A value in one line, with a blank for each run of characters that nobody sees. */
export const shown = (value) => String(value).replace(UNSEEN, " ").trim();

/** Writes a line to stderr. Nothing in it can begin another. */
export const say = (text) => console.error(shown(text));
