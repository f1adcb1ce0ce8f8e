// Search: all hits are marked and counted; one after the other is gone to, and what hides it is opened.

/** More are not counted. */
const MOST_HITS = 10_000;
const INLINE = new Set(
  "A B BDI BR CODE DEL EM MARK SPAN STRONG TIME".split(" "),
);
const field = document.querySelector(".bar input[type=search]");
const told = document.querySelector(".bar .hits");
const steps = all(".bar button[name=previous], .bar button[name=next]");
let hits = [];
let now = -1;
let opened = [];

const lower = (text) => {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
};

/** The places of a text in the page, also where markup stands in it. */
function search(wanted) {
  const found = [];
  const walker = document.createTreeWalker(
    main,
    NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
    (node) =>
      node.nodeType === Node.ELEMENT_NODE &&
      node.matches(".source, .copy, footer, .top")
        ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT,
  );
  let block;
  let nodes = [];
  let text = "";
  const place = (at) => {
    let index = nodes.length - 1;
    while (nodes[index].start > at) index -= 1;
    return [nodes[index].node, at - nodes[index].start];
  };
  const look = () => {
    const small = lower(text);
    for (
      let at = small.indexOf(wanted);
      at >= 0 && found.length < MOST_HITS;
      at = small.indexOf(wanted, at + wanted.length)
    ) {
      const [startContainer, startOffset] = place(at);
      const [endContainer, endOffset] = place(at + wanted.length - 1);
      found.push({
        startContainer,
        startOffset,
        endContainer,
        endOffset: endOffset + 1,
      });
    }
  };
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType !== Node.TEXT_NODE) continue;
    let owner = node.parentElement;
    while (INLINE.has(owner.tagName)) owner = owner.parentElement;
    if (owner !== block) {
      if (nodes.length) look();
      [block, nodes, text] = [owner, [], ""];
    }
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  if (nodes.length) look();
  return found;
}

function mark(name, ranges) {
  if (!globalThis.CSS || !CSS.highlights) return false;
  CSS.highlights.set(
    name,
    new Highlight(...ranges.map((range) => new StaticRange(range))),
  );
  return true;
}

function tell(wanted) {
  const count = hits.length < MOST_HITS ? hits.length : `${MOST_HITS}+`;
  told.value = wanted
    ? hits.length
      ? fill(body.dataset.hits, now + 1, count)
      : fill(body.dataset.none, wanted)
    : "";
  for (const step of steps) step.disabled = hits.length === 0;
}

function goTo(index) {
  now = (index + hits.length) % hits.length;
  const hit = hits[now];
  const element = hit.startContainer.parentElement;
  // What was opened for the hit before is closed again.
  const before = opened.filter((fold) => !fold.contains(element));
  opened = opened.filter((fold) => fold.contains(element));
  for (const fold of before) fold.open = false;
  opened.push(...reveal(element));
  if (!mark("hit-now", [hit])) {
    const { startContainer, startOffset, endContainer, endOffset } = hit;
    getSelection().setBaseAndExtent(
      startContainer,
      startOffset,
      endContainer,
      endOffset,
    );
  }
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  const range = document.createRange();
  range.setStart(hit.startContainer, hit.startOffset);
  range.setEnd(hit.endContainer, hit.endOffset);
  const { top, bottom } = range.getBoundingClientRect();
  if (top < bar.offsetHeight + 20 || bottom > innerHeight - 40)
    scrollBy(0, top - innerHeight / 3);
  tell(field.value.trim());
}

/** The first hit that is not above the window. */
function firstInView() {
  const turn = turnInView();
  if (!turn || scrollY < innerHeight / 2) return 0;
  const after = hits.findIndex(
    ({ startContainer }) =>
      turn.contains(startContainer) ||
      turn.compareDocumentPosition(startContainer) &
        Node.DOCUMENT_POSITION_FOLLOWING,
  );
  return Math.max(after, 0);
}

function look() {
  const wanted = field.value.trim();
  body.classList.toggle("searching", wanted !== "");
  hits = wanted ? search(lower(wanted)) : [];
  mark("hit", hits);
  mark("hit-now", []);
  now = -1;
  if (hits.length) goTo(firstInView());
  else {
    // The place stays: what was opened for the last hit stays open.
    opened = [];
    tell(wanted);
    if (wanted === "") restoreFilters();
  }
}

let waiting;
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 200);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    field.value = "";
    look();
  }
  if (event.key !== "Enter") return;
  event.preventDefault();
  clearTimeout(waiting);
  if (now < 0) look();
  else goTo(now + (event.shiftKey ? -1 : 1));
});
for (const step of steps)
  step.addEventListener("click", () =>
    goTo(now + (step.name === "next" ? 1 : -1)),
  );
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, textarea")) return;
  event.preventDefault();
  field.focus();
});
