// Copying, folding, images and printing. Without a script the page is whole, and reads as well.
const { body } = document;
const main = document.querySelector("main");
const all = (selector, within = document) => [
  ...within.querySelectorAll(selector),
];
const fill = (text, ...values) =>
  text.replace(/\{(\d)\}/g, (_, index) => values[index]);
body.classList.add("scripted");

// The bar stands above everything else, also where it takes several lines; in a narrow window it scrolls away.
const bar = document.querySelector(".bar");
new ResizeObserver(() => {
  const isFixed = getComputedStyle(bar).position === "fixed";
  const height = isFixed ? bar.offsetHeight : 0;
  document.documentElement.style.setProperty("--bar", `${height}px`);
}).observe(bar);

for (const button of all(".copy")) {
  button.textContent = body.dataset.copy;
  button.hidden = false;
}
main.addEventListener("click", async ({ target }) => {
  const image = target.closest(".image");
  if (image) image.classList.toggle("large");
  const button = target.closest(".copy");
  if (!button) return;
  const codes = all("code", button.parentElement);
  const text = codes.map((code) => code.textContent).join("");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page in a file has no clipboard everywhere.
    const area = document.createElement("textarea");
    area.value = text;
    body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = body.dataset.copied;
  setTimeout(() => (button.textContent = body.dataset.copy), 1500);
});

// The text of an answer as it was written says nothing new.
const folds = () => all("details:not(.source)", main);
const setAll = (isOpen) => {
  for (const fold of folds()) fold.open = isOpen;
};
for (const [name, isOpen] of [
  ["expand", true],
  ["collapse", false],
])
  document
    .querySelector(`.bar button[name=${name}]`)
    .addEventListener("click", () => keepPlace(() => setAll(isOpen)));

let closed = [];
addEventListener("beforeprint", () => {
  closed = folds().filter((fold) => !fold.open);
  for (const fold of closed) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of closed) fold.open = false;
});

/** The turn at the top of the window. */
function turnInView() {
  const { left, width } = main.getBoundingClientRect();
  for (const y of [30, 100, 200, 340].map((y) => y + bar.offsetHeight)) {
    const element = document.elementFromPoint(left + width / 2, y);
    const turn = element && element.closest(".turn");
    if (turn) return turn;
  }
  return null;
}

/** Changes what is shown, with what was at the top of the window still there. */
function keepPlace(change) {
  const turn = turnInView();
  const top = turn && turn.getBoundingClientRect().top;
  change();
  if (turn && turn.getClientRects().length)
    scrollBy(0, turn.getBoundingClientRect().top - top);
}
