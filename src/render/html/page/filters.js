// Filters, each with how much there is of its kind, and only where there is any.

for (const failure of all(".error, .tool.failed", main))
  for (
    let turn = failure.closest(".turn");
    turn;
    turn = turn.parentElement.closest(".turn")
  )
    turn.classList.add("bad");
for (const inner of all(".turn .turn.user", main))
  inner.parentElement.closest(".turn").classList.add("holds-user");

const filters = {
  tools: ".tool",
  reasoning: ".reasoning",
  runtime: ".runtime",
  errors: ".turn.bad",
  user: ".turn.user",
};
const boxes = all(".bar input[type=checkbox]");

function filter() {
  for (const { name, checked } of boxes) {
    const isOnly = name === "errors" || name === "user";
    const hides = isOnly ? checked : !checked;
    body.classList.toggle(`${isOnly ? "only" : "no"}-${name}`, hides);
  }
}
for (const box of boxes) {
  const count = main.querySelectorAll(filters[box.name]).length;
  const label = box.closest("label");
  label.querySelector("output").value = count;
  label.hidden = count === 0;
  box.addEventListener("change", () => keepPlace(filter));
}
// A browser may have kept what was chosen before the page was loaded again.
filter();

function showEverything() {
  for (const box of boxes)
    box.checked = box.name !== "errors" && box.name !== "user";
  filter();
}
