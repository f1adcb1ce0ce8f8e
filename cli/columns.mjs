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

/**
 * Rows in columns, each as wide as the widest of its texts; the last one is cut to what is left of `columns`, and those
 * of `limits` before, to so many columns of their own (`[columns, end]`).
 */
export function table(rows, columns, limits = {}) {
  const limited = rows.map((row) =>
    row.map((text, at) => (limits[at] ? cut(text, ...limits[at]) : text)),
  );
  const last = (rows[0]?.length ?? 1) - 1;
  const widths = Array.from({ length: last }, (_, at) =>
    limited.reduce((most, row) => Math.max(most, widthOf(row[at])), 0),
  );
  return limited.map((row) => {
    const start = widths.map((width, at) => `${padded(row[at], width)}  `);
    const line = start.join("");
    // Even in a narrow terminal, the title is seen.
    const left = Math.max(columns - widthOf(line), Math.min(12, columns));
    return cut(line + cut(row[last], left), columns).trimEnd();
  });
}
