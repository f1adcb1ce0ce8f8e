// Filters, each with how much there is of its kind, and only where there is any.

/** What went wrong. The text of an error stands within what failed. */
const failures = all(".tool.failed, p.error", main);
for (const failure of failures)
  for (
    let around = failure.closest(".turn, .agent");
    around;
    around = around.parentElement.closest(".turn, .agent")
  )
    around.classList.add("bad");
for (const inner of all(".turn .turn.user", main))
  inner.parentElement.closest(".turn").classList.add("holds-user");

const counts = {
  tools: main.querySelectorAll(".tool").length,
  reasoning: main.querySelectorAll(".reasoning").length,
  runtime: main.querySelectorAll(".runtime").length,
  errors: failures.length,
  user: main.querySelectorAll(".turn.user").length,
};
const boxes = all(".bar input[type=checkbox]");
const isOnly = ({ name }) => name === "errors" || name === "user";
/** More folds are not opened for the errors in them. */
const MOST_OPENED = 500;

function filter() {
  for (const box of boxes)
    body.classList.toggle(
      `${isOnly(box) ? "only" : "no"}-${box.name}`,
      isOnly(box) ? box.checked : !box.checked,
    );
}

function choose(box) {
  if (isOnly(box) && box.checked)
    for (const other of boxes.filter(isOnly)) other.checked = other === box;
  filter();
  if (box.name === "errors" && box.checked)
    for (const failure of failures.slice(0, MOST_OPENED)) reveal(failure);
}

for (const box of boxes) {
  const label = box.closest("label");
  label.querySelector("output").value = counts[box.name];
  label.hidden = counts[box.name] === 0;
  box.addEventListener("change", () => keepPlace(() => choose(box)));
}
// A browser may have kept what was chosen before the page was loaded again.
filter();

/** What was chosen before a search or a link had to show everything. */
let chosen;

function showEverything() {
  chosen ||= boxes.map(({ checked }) => checked);
  for (const box of boxes) box.checked = !isOnly(box);
  filter();
}

function restoreFilters() {
  if (!chosen) return;
  boxes.forEach((box, index) => (box.checked = chosen[index]));
  chosen = undefined;
  keepPlace(filter);
}
