// The options as a form. Whatever changes in it is prepared at once, so that what stands beside the document is always
// what it was made with.

/** How long somebody who types words to take out is left alone, in milliseconds. */
const TYPING = 900;

export function createOptions(form, onChange) {
  const { format, reasoning, toolDetail, strict, terms } = form.elements;
  let waiting;
  let isPending = false;
  // The last request: a field that is left unchanged makes no other one.
  let known = "";

  const read = () => ({
    format: format.value,
    reasoning: reasoning.checked,
    toolDetail: toolDetail.checked,
    strict: strict.checked,
    terms: linesOf(terms.value),
  });

  function changed() {
    clearTimeout(waiting);
    isPending = false;
    const asked = JSON.stringify(read());
    if (asked === known) return form.dispatchEvent(new Event("pending"));
    known = asked;
    onChange(read());
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", changed);
  terms.addEventListener("input", () => {
    clearTimeout(waiting);
    isPending = true;
    waiting = setTimeout(changed, TYPING);
    form.dispatchEvent(new Event("pending"));
  });

  return {
    /** True where something was typed that the document does not know of yet. */
    isPending: () => isPending,
    show(options) {
      format.value = options.format;
      reasoning.checked = options.reasoning;
      toolDetail.checked = options.toolDetail;
      strict.checked = options.strict;
      // Not for blanks only, which somebody may be about to write behind.
      const lines = options.terms.join("\n");
      if (linesOf(terms.value).join("\n") !== lines) terms.value = lines;
      known = JSON.stringify(read());
    },
    setDisabled(isDisabled) {
      for (const element of form.elements) element.disabled = isDisabled;
    },
  };
}

const linesOf = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
