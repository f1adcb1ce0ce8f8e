// Contents: what the user said, and what failed. In a wide window they stand beside the conversation, and follow it.

/** How much of what was said is shown, in characters. */
const MOST_SAID = 90;
const contents = document.getElementById("contents");
const list = contents.querySelector("ol");
const links = new Map();

for (const target of all(":scope > .turn, :scope > h2, header h2", main)) {
  const isTurn = target.matches(".turn");
  const isBad = target.matches(".bad");
  if (isTurn && !isBad && !target.matches(".user")) continue;
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `#${target.id}`;
  link.dir = "auto";
  link.textContent = target.textContent;
  if (isTurn) {
    // What failed says more than what was said.
    const failed = isBad
      ? target.querySelector(".error .text, p.error") ||
        target.querySelector(".tool.failed summary, .tool.failed > p")
      : null;
    const said = failed || target.querySelector(".text, .prose");
    const words = said ? said.textContent.slice(0, 4 * MOST_SAID) : "";
    const text = words.trim().replace(/\s+/g, " ").slice(0, MOST_SAID);
    link.textContent = `${target.id.slice(1)} ${isBad ? "✗ " : ""}${text}`;
  }
  item.classList.toggle("bad", isBad);
  links.set(target.id, link);
  item.append(link);
  list.append(item);
}

if (main.querySelectorAll(":scope > .turn").length > 1) {
  contents.hidden = false;
  body.classList.add("has-contents");
  const isWide = matchMedia("(min-width: 1200px)");
  const fold = contents.querySelector("details");
  const setFold = () => (fold.open = isWide.matches);
  isWide.addEventListener("change", setFold);
  setFold();

  let current;
  let isWaiting = false;
  const follow = () => {
    isWaiting = false;
    if (!isWide.matches) return;
    // At its end, the page can be scrolled no further.
    const { scrollHeight } = document.documentElement;
    const isAtEnd = scrollY + innerHeight > scrollHeight - 2;
    let turn = isAtEnd ? all(":scope > .turn", main).pop() : turnInView();
    while (turn && turn.parentElement !== main)
      turn = turn.parentElement.closest(".turn");
    while (turn && !links.has(turn.id)) turn = turn.previousElementSibling;
    const link = turn ? links.get(turn.id) : undefined;
    if (link === current) return;
    if (current) current.removeAttribute("aria-current");
    current = link;
    if (!link) return;
    link.setAttribute("aria-current", "true");
    const { top, bottom } = link.getBoundingClientRect();
    if (top < bar.offsetHeight || bottom > innerHeight)
      contents.scrollBy(0, top - innerHeight / 2);
  };
  addEventListener(
    "scroll",
    () => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(follow);
    },
    { passive: true },
  );
  follow();
}
followHash();
