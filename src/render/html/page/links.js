// Links to what is folded or filtered out open it.

const isShown = (element) => element.getClientRects().length > 0;

/** Opens whatever hides an element. Gives the folds that it opened. */
function reveal(element) {
  const opened = [];
  const own = element.querySelector(":scope > details");
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

function followHash() {
  let id;
  try {
    id = decodeURIComponent(location.hash.slice(1));
  } catch {
    return;
  }
  const target = id && document.getElementById(id);
  if (!target) return;
  const wasShown = isShown(target);
  reveal(target);
  // Where it was shown, the browser went there, or back to where the reader had been.
  if (!wasShown) target.scrollIntoView();
}
addEventListener("hashchange", followHash);
