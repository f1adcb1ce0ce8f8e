// The review window's page: shows the state of the review, and tells the application what the user does.
import { readDocument } from "./document.js";
import { createOptions } from "./options.js";
import { createPlaces } from "./places.js";
import { createSearch } from "./search.js";

const words = document.body.dataset;
const one = (selector) => document.querySelector(selector);
const button = (name) => one(`button[name="${name}"]`);
const frame = one("#shown");
const work = one("#work");
const notice = one(".notice");
const places = createPlaces(one("#places"), words.morePlaces);
const search = createSearch(one("search"), words);
const options = createOptions(one("#options"), (wanted) => {
  awaited = Infinity;
  draw();
  tell("prepare", { options: wanted });
});
one("#options").addEventListener("pending", () => draw());

let state = { version: -1, phase: "preparing", document: null };
// The document in the frame, once it is read, and its number.
let shown = null;
let number = null;
// The first state that knows of the last command. An older one says nothing on what may be done.
let awaited = 0;

async function tell(command, body = {}) {
  const init = { method: "POST", body: JSON.stringify(body) };
  try {
    const answer = await fetch(`/${command}`, init);
    awaited = (await answer.json()).version;
    take(state);
  } catch {
    lose();
  }
}

const isHeard = () => state.version >= awaited;

function draw() {
  const { phase, progress, saved } = state;
  const isBusy = phase === "preparing" || phase === "saving";
  const isCurrent =
    phase === "ready" && shown && number === state.document && isHeard();
  // A term that was typed just now is not in the document yet.
  const canSave = isCurrent && !options.isPending();
  button("save").disabled = !canSave;
  button("copy").disabled = !canSave;
  button("show").hidden = !saved;
  button("cancel").textContent = saved && !isBusy ? words.close : words.cancel;
  options.setDisabled(phase === "saving" || phase === "closed");
  work.hidden = !isBusy;
  const doing = { preparing: words.preparing, saving: words.saving };
  const told = work.querySelector("p");
  if (told.textContent !== (doing[phase] ?? ""))
    told.textContent = doing[phase] ?? "";
  const bar = work.querySelector("progress");
  if (phase === "preparing") bar.value = progress ?? 0;
  else bar.removeAttribute("value");
  const text = state.notice?.text ?? "";
  if (notice.textContent !== text) notice.textContent = text;
  notice.classList.toggle("error", state.notice?.kind === "error");
  frame.inert = isBusy;
}

function load(document) {
  number = document;
  shown = null;
  places.list(null);
  search.in(null);
  frame.hidden = document === null;
  if (document !== null) frame.src = `/document/${document}`;
}

frame.addEventListener("load", () => {
  // An empty frame loads too.
  if (number === null || !frame.contentDocument?.body) return;
  if (!frame.contentWindow.location.pathname.endsWith(`/${number}`)) return;
  shown = readDocument(frame);
  frame.contentDocument.addEventListener("keydown", onKey);
  places.list(shown);
  search.in(shown);
  draw();
});

function take(next) {
  state = next;
  if (state.document !== number) load(state.document);
  const isSettled =
    state.phase === "ready" && isHeard() && !options.isPending();
  if (isSettled) options.show(state.options);
  one("#counts ul").replaceChildren(
    ...(state.counts ?? []).map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
  one("#counts").hidden = !state.counts?.length;
  draw();
}

const save = () => tell("save", { document: number });
button("save").addEventListener("click", save);
button("copy").addEventListener("click", () =>
  tell("copy", {
    document: number,
    text: shown.text.replace(/[^\S\n]*\n(?:\s*\n)+/g, "\n\n").trim(),
  }),
);
button("show").addEventListener("click", () => tell("show"));
button("cancel").addEventListener("click", () => tell("cancel"));

function onKey(event) {
  const isCommand = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (event.key === "Escape" && !event.defaultPrevented) {
    // In a field it clears or leaves the field; elsewhere it stops what goes on.
    if (event.target.matches?.("input[type=search], textarea")) return;
    if (state.phase === "preparing" || state.phase === "saving") tell("cancel");
  } else if (isCommand && key === "f") {
    event.preventDefault();
    search.focus();
  } else if (isCommand && key === "s") {
    event.preventDefault();
    if (!button("save").disabled) save();
  }
}
document.addEventListener("keydown", onKey);

async function follow() {
  while (state.phase !== "closed") {
    const answer = await fetch(`/state?after=${state.version}`);
    take(await answer.json());
  }
}
/** The application does not answer any more. */
function lose() {
  const text = words.lost;
  state = { ...state, phase: "closed", notice: { kind: "error", text } };
  draw();
}

draw();
follow().catch(lose);
