// Links to what is folded or filtered out open it.

const isShown = (element) => element.getClientRects().length > 0;

/** Opens whatever hides an element. Gives the folds that it opened. */
function reveal(element) {
  const opened = [];
  const own =
    element.matches(".tool") && element.querySelector(":scope > details");
  let fold = own || element.closest("details");
  while (fold) {
    if (!fold.open) {
      fold.open = true;
      opened.push(fold);
    }
    fold = fold.parentElement.closest("details");
  }
  if (!isShown(element)) showEverything();
  return opened;
}

/** Goes to an element. What is drawn on the way may be higher or lower than it was thought to be. */
function goToElement(element, tries = 3) {
  element.scrollIntoView();
  if (tries > 0) requestAnimationFrame(() => goToElement(element, tries - 1));
}

function targetOf(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

function followHash() {
  const target = targetOf(location.hash);
  if (!target) return;
  const wasShown = isShown(target);
  reveal(target);
  // Where it was shown, the browser went there, or back to where the reader had been.
  if (!wasShown) goToElement(target);
}
addEventListener("hashchange", followHash);

// The head tells in which turns something failed: its links lead to the failure itself.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const target = link && targetOf(link.hash);
  if (!target) return;
  const failure =
    link.closest(".outcome") && target.querySelector(".tool.failed, .error");
  const place = failure || target;
  reveal(place);
  // Behind what the browser does for the link.
  setTimeout(() => goToElement(place));
});
