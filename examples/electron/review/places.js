// The list of redactions: what stands around each placeholder of the document, and the way to it.
//
// It is made of the document itself and not of the report on it. So every entry has its place, in each format, and a
// placeholder that the document shows twice is listed twice.

const PLACEHOLDER = /\[redacted:[a-z0-9#-]{1,64}\]/g;

/** How many characters stand on either side. */
const REACH = 60;

/** More are not listed. The arrows lead to them all the same. */
const MOST_LISTED = 2000;

/** Characters that nobody sees, or that turn the ones behind them around. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

const plain = (text) =>
  text.replace(/\s+/g, " ").replace(INVISIBLE, "\u{fffd}");

export function createPlaces(section, morePlaces) {
  const list = section.querySelector("ol");
  const count = section.querySelector(".count");
  const none = section.querySelector(".none");
  const more = section.querySelector(".more");
  const arrows = section.querySelectorAll("header button");
  let shown = null;
  let places = [];
  let current = -1;

  function entry(place, index) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "place";
    const words = document.createElement("span");
    words.dir = "auto";
    const placeholder = document.createElement("mark");
    placeholder.textContent = shown.text.slice(place.start, place.end);
    const [before, behind] = shown.around(place, REACH);
    words.append(plain(before), placeholder, plain(behind));
    button.append(words);
    button.addEventListener("click", () => go(index));
    item.append(button);
    return item;
  }

  function go(index) {
    if (places.length === 0) return;
    const buttons = list.querySelectorAll(".place");
    buttons[current]?.removeAttribute("aria-current");
    current = (index + places.length) % places.length;
    shown.go(places[current]);
    count.value = `${current + 1} / ${places.length}`;
    const button = buttons[current];
    button?.setAttribute("aria-current", "true");
    button?.scrollIntoView({ block: "nearest" });
  }

  const [previous, next] = arrows;
  previous.addEventListener("click", () => go(Math.max(current, 0) - 1));
  next.addEventListener("click", () => go(current + 1));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    go(current + step);
    list.querySelector("[aria-current]")?.focus();
  });

  return {
    /** Lists the places of a document; none for `null`. */
    list(readDocument) {
      shown = readDocument;
      current = -1;
      places = shown
        ? Array.from(
            shown.text.matchAll(PLACEHOLDER),
            ({ index, 0: found }) => ({
              start: index,
              end: index + found.length,
            }),
          )
        : [];
      list.replaceChildren(...places.slice(0, MOST_LISTED).map(entry));
      shown?.mark("place", places);
      count.value = shown ? String(places.length) : "";
      none.hidden = !shown || places.length > 0;
      more.hidden = places.length <= MOST_LISTED;
      more.textContent = morePlaces.replace("{0}", places.length - MOST_LISTED);
      for (const arrow of arrows) arrow.disabled = places.length === 0;
    },
  };
}
