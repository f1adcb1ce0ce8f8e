// The review list: each redaction that the page shows, with what stands around it. One after the other is gone to.

/** More are not listed; they can be gone to all the same. */
const MOST_LISTED = 2000;
/** How many characters of a context stand on either side. */
const REACH = 60;
const review = document.getElementById("redactions");
const chips = all(".chip", main).filter((chip) => !chip.closest(".source"));
const entries = [];

/** What stands before or behind a chip in its block. */
function beside(chip, isBefore) {
  let block = chip.parentElement;
  while (INLINE.has(block.tagName)) block = block.parentElement;
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  walker.currentNode = isBefore ? chip : chip.lastChild;
  let text = "";
  while (text.length < REACH) {
    const node = isBefore ? walker.previousNode() : walker.nextNode();
    if (!node) break;
    text = isBefore ? node.data + text : text + node.data;
  }
  if (text.length <= REACH) return text;
  // A placeholder that is cut says nothing.
  return isBefore
    ? `…${text.slice(-REACH).replace(/^[a-z\d:#-]*\]/, "")}`
    : `${text.slice(0, REACH).replace(/\[[a-z\d:#-]*$/, "")}…`;
}

function entryOf(chip, index) {
  chip.id = `redaction-${index + 1}`;
  if (index >= MOST_LISTED) return;
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `#${chip.id}`;
  link.dir = "auto";
  const placeholder = document.createElement("span");
  placeholder.className = "chip";
  placeholder.textContent = chip.textContent;
  link.append(beside(chip, true), placeholder, beside(chip, false));
  item.append(link);
  entries.push(link);
  return item;
}

let reviewed = -1;
function goToRedaction(index) {
  if (chips[reviewed]) chips[reviewed].classList.remove("now");
  if (entries[reviewed]) entries[reviewed].removeAttribute("aria-current");
  reviewed = (index + chips.length) % chips.length;
  const [chip, entry] = [chips[reviewed], entries[reviewed]];
  chip.classList.add("now");
  reveal(chip);
  chip.scrollIntoView({ block: "center" });
  review.querySelector("output").value = `${reviewed + 1} / ${chips.length}`;
  if (!entry) return;
  entry.setAttribute("aria-current", "true");
  // In a wide window the panel scrolls, in a narrow one the list in it.
  const list = entry.closest("ol");
  const box = list.scrollHeight > list.clientHeight ? list : review;
  const { top, bottom } = entry.getBoundingClientRect();
  const shown = box.getBoundingClientRect();
  if (top < shown.top || bottom > shown.bottom)
    box.scrollBy(0, top - shown.top - shown.height / 3);
}

review.querySelector("ol").append(...chips.map(entryOf).filter(Boolean));
review.querySelector("output").value = chips.length;
if (chips.length > MOST_LISTED)
  review.querySelector("ol").append(
    Object.assign(document.createElement("li"), {
      textContent: `… ${chips.length - MOST_LISTED}`,
    }),
  );
review.querySelector(".none").hidden = chips.length > 0;
for (const button of all("button", review)) {
  button.hidden = chips.length === 0;
  button.addEventListener("click", () =>
    goToRedaction(
      button.name === "next" ? reviewed + 1 : Math.max(reviewed, 0) - 1,
    ),
  );
}
review.addEventListener("click", (event) => {
  const index = entries.indexOf(event.target.closest("a"));
  if (index < 0) return;
  event.preventDefault();
  event.stopPropagation();
  goToRedaction(index);
});
review.hidden = false;
body.classList.add("has-review");
