// The document in the frame: its text, places in that text, and how the reader is led to one. No script runs in the
// frame, so all of this is done from outside.

/** How the places that highlights mark look. The document's own style does not know of them. */
const STYLE = `
  ::highlight(place) { background-color: light-dark(#efe7fb, #33244d); }
  ::highlight(hit) { background-color: light-dark(#ffe58a, #6b5600); }
  ::highlight(here) { background-color: light-dark(#ffc163, #8f4d00); color: light-dark(#1c1f24, #ffffff); }
`;

/** Beside that, for what the browser makes of a plain text. */
const STYLE_OF_TEXT = `
  body { margin: 1.5rem; }
  pre { max-width: 54rem; margin: 0 auto; font: 0.875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
`;

/** What says again what stands before it, or is not read at all. */
const SKIPPED = ".source, script, style";

/** What stands within a line of text. */
const INLINE = new Set(
  "A B BDI CODE DEL EM I INS KBD MARK S SMALL SPAN STRONG SUB SUP TIME U".split(
    " ",
  ),
);

/** An empty line, which parts paragraphs in plain text. */
const GAP = /\n\s*\n/;

export function readDocument(frame) {
  const page = frame.contentDocument;
  const view = frame.contentWindow;
  // A page has a bar and contents around what it says.
  const root = page.querySelector("main") ?? page.body;
  const { nodes, starts, text } = textOf(page, root);

  const sheet = new view.CSSStyleSheet();
  const isText = page.contentType === "text/plain";
  sheet.replaceSync(isText ? STYLE + STYLE_OF_TEXT : STYLE);
  page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];

  /** The number of the node that holds a place. */
  function indexAt(at) {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The node that holds a place, and where in it. */
  function locate(at) {
    const index = indexAt(at);
    return [nodes[index], at - starts[index]];
  }

  /** What stands on either side of a place in its paragraph, up to so many characters. */
  function around({ start, end }, reach) {
    const first = indexAt(start);
    const block = blockOf(nodes[first]);
    let [low, high] = [first, indexAt(end - 1)];
    while (
      low > 0 &&
      start - starts[low] < reach &&
      blockOf(nodes[low - 1]) === block
    )
      low -= 1;
    while (
      high + 1 < nodes.length &&
      starts[high + 1] - end < reach &&
      blockOf(nodes[high + 1]) === block
    )
      high += 1;
    const stop = starts[high] + nodes[high].data.length;
    const before = text.slice(Math.max(starts[low], start - reach), start);
    const behind = text.slice(end, Math.min(stop, end + reach));
    return [before.split(GAP).at(-1), behind.split(GAP)[0]];
  }

  function rangeOf({ start, end }) {
    const range = page.createRange();
    range.setStart(...locate(start));
    // The last character is found, so that a range does not end at the start of the next node.
    const [node, at] = locate(end - 1);
    range.setEnd(node, at + 1);
    return range;
  }

  function mark(name, places) {
    const highlight = new view.Highlight(...places.map(rangeOf));
    if (name === "here") highlight.priority = 1;
    view.CSS.highlights.set(name, highlight);
  }

  function go(place) {
    const range = rangeOf(place);
    for (
      let fold = range.startContainer.parentElement.closest("details");
      fold;
      fold = fold.parentElement.closest("details")
    )
      fold.open = true;
    mark("here", [place]);
    scrollTo(range);
  }

  /** What is drawn on the way may be higher or lower than it was thought to be, so it is looked at again. */
  function scrollTo(range, tries = 4) {
    const { top, bottom, left, right } = range.getBoundingClientRect();
    if (top < 80 || bottom > view.innerHeight - 40)
      view.scrollBy(0, top - view.innerHeight / 3);
    // Long lines of code are scrolled within their block.
    const block = range.startContainer.parentElement.closest("pre, .scroll");
    const frame = block?.getBoundingClientRect();
    if (frame && (left < frame.left || right > frame.right))
      block.scrollBy(left - frame.left - frame.width / 3, 0);
    if (tries > 0) requestAnimationFrame(() => scrollTo(range, tries - 1));
  }

  return { text, around, mark, go };
}

function blockOf(node) {
  let element = node.parentElement;
  while (INLINE.has(element.tagName)) element = element.parentElement;
  return element;
}

/** All text of an element, and which node each part of it is in. */
function textOf(page, root) {
  const walker = page.createTreeWalker(
    root,
    NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
    (node) =>
      node.nodeType === Node.TEXT_NODE
        ? NodeFilter.FILTER_ACCEPT
        : node.matches(SKIPPED)
          ? NodeFilter.FILTER_REJECT
          : NodeFilter.FILTER_SKIP,
  );
  const nodes = [];
  const starts = [];
  const pieces = [];
  let length = 0;
  let block;
  while (walker.nextNode()) {
    const { currentNode } = walker;
    const last = block;
    block = blockOf(currentNode);
    // Words of two blocks are two words.
    if (last && last !== block && !/\s$/.test(pieces.at(-1))) {
      const isCell = block.matches("td");
      pieces.push(isCell ? "\t" : "\n");
      length += 1;
    }
    nodes.push(currentNode);
    starts.push(length);
    pieces.push(currentNode.data);
    length += currentNode.data.length;
  }
  return { nodes, starts, text: pieces.join("") };
}
