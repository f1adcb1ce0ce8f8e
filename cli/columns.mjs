// Texts in the columns of a terminal, where a Chinese character or an emoji takes two. The widths come from
// fast-string-truncated-width: small, without dependencies, and here already, as the picker counts with it.
import measured from "fast-string-truncated-width";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** More of a text is never looked at: a title may be of any length. */
const MOST = 2000;

export const widthOf = (text) => measured(text).width;

/** The start of a text, or its `end`, in so many columns; "…" where something was cut, never within a character. */
export function cut(text, columns, end = "start") {
  const isLong = text.length > MOST;
  const seen = end === "start" ? text.slice(0, MOST) : text.slice(-MOST);
  if (!isLong && widthOf(seen) <= columns) return seen;
  const pieces = Array.from(graphemes.segment(seen), (piece) => piece.segment);
  if (end === "end") pieces.reverse();
  const kept = [];
  let left = columns - 1;
  for (const piece of pieces) {
    left -= widthOf(piece);
    if (left < 0) break;
    kept.push(piece);
  }
  if (columns < 1) return "";
  return end === "start"
    ? `${kept.join("").trimEnd()}…`
    : `…${kept.reverse().join("")}`;
}

/** A text filled up with blanks. */
export const padded = (text, columns) =>
  text + " ".repeat(Math.max(0, columns - widthOf(text)));

/** How many columns a stream has; 80 where it does not tell, as some terminals do not. */
export const columnsOf = (stream) => Math.max(stream.columns || 80, 20);

/** Rows in columns, each as wide as the widest of its texts; a line is cut to what the terminal has room for. */
export function table(rows, columns) {
  const last = (rows[0]?.length ?? 1) - 1;
  const widths = Array.from({ length: last }, (_, at) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[at])), 0),
  );
  return rows.map((row) => {
    const start = widths.map((width, at) => `${padded(row[at], width)}  `);
    return cut(`${start.join("")}${row[last]}`, columns).trimEnd();
  });
}

/** What a terminal of so many columns has room for, beside an id and a title: a pipe gets all of it. */
export const hasRoom = (columns) => ({
  folder: columns >= 72,
  agent: columns >= 56,
});
