// A search in the document: whether a word is still in it, and where.

/** More hits are not marked and not counted. */
const MOST_HITS = 10_000;

export function createSearch(bar, { noHits, hitsOf }) {
  const input = bar.querySelector("input");
  const hitsShown = bar.querySelector(".hits");
  const [previous, next] = bar.querySelectorAll("button");
  let shown = null;
  let hits = [];
  let current = -1;

  function find() {
    const wanted = input.value.trim();
    hits = [];
    current = -1;
    if (shown && wanted) {
      const escaped = wanted
        .replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
        .replace(/\s+/g, "\\s+");
      for (const { index, 0: found } of shown.text.matchAll(
        new RegExp(escaped, "giu"),
      )) {
        hits.push({ start: index, end: index + found.length });
        if (hits.length === MOST_HITS) break;
      }
    }
    shown?.mark("hit", hits);
    shown?.mark("here", []);
    if (hits.length > 0) go(0);
    else hitsShown.value = shown && wanted ? noHits : "";
    for (const button of [previous, next]) button.disabled = hits.length === 0;
  }

  function go(index) {
    if (hits.length === 0) return;
    current = (index + hits.length) % hits.length;
    shown.go(hits[current]);
    hitsShown.value = hitsOf
      .replace("{0}", current + 1)
      .replace("{1}", hits.length < MOST_HITS ? hits.length : `${MOST_HITS}+`);
  }

  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") go(current + (event.shiftKey ? -1 : 1));
    if (event.key !== "Escape") return;
    input.value = "";
    find();
  });
  previous.addEventListener("click", () => go(current - 1));
  next.addEventListener("click", () => go(current + 1));

  return {
    focus() {
      input.focus();
      input.select();
    },
    /** Searches in a document, or in none. */
    in(readDocument) {
      shown = readDocument;
      input.disabled = !shown;
      find();
    },
  };
}
