// Search, filters, contents and copying. Without it the page is whole, and reads as well.
{
  const body = document.body;
  const { copy, copied } = body.dataset;
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [
    ...within.querySelectorAll(selector),
  ];
  const turns = all(".turn");
  for (const turn of turns)
    if (find(".error, .failed", turn)) turn.classList.add("bad");

  const contents = find("#contents ol");
  for (const heading of all("main h2, main .turn h3")) {
    const turn = heading.closest(".turn");
    if (turn && !turn.matches(".user, .bad")) continue;
    const item = document.createElement("li");
    const link = document.createElement("a");
    const said = turn && find("blockquote", turn);
    const text = said ? said.textContent.trim().slice(0, 100) : "";
    heading.id ||= turn ? `turn-${turns.indexOf(turn) + 1}` : "";
    link.href = `#${heading.id}`;
    const [number] = heading.textContent.split(".");
    link.textContent = turn
      ? `${number}. ${text || heading.textContent}`
      : heading.textContent;
    item.append(link);
    contents.append(item);
  }

  for (const box of all(".bar input[type=checkbox]"))
    box.addEventListener("change", () => {
      const isShown = box.name === "only-errors" ? !box.checked : box.checked;
      body.classList.toggle(box.name, !isShown);
    });

  const search = find(".bar input[type=search]");
  const count = find(".bar output");
  const opened = new Set();
  let waiting;
  const look = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const details of opened) details.open = false;
    opened.clear();
    let found = 0;
    const has = (element) => element.textContent.toLowerCase().includes(wanted);
    for (const turn of turns) {
      const isFound = has(turn);
      turn.classList.toggle("missed", !isFound);
      if (!isFound) continue;
      found += 1;
      if (wanted === "") continue;
      for (const details of all("details:not([open])", turn))
        if (has(details)) {
          details.open = true;
          opened.add(details);
        }
    }
    count.value = wanted === "" ? "" : `${found} / ${turns.length}`;
  };
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 200);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input")) return;
    event.preventDefault();
    search.focus();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const code = find("code", button.parentElement);
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // A page in a file has no clipboard everywhere.
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    button.textContent = copied;
    setTimeout(() => (button.textContent = copy), 1500);
  });

  for (const button of all(".copy")) button.textContent = copy;

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });
  body.classList.add("scripted");
}
