// The options as a form. Whatever changes in it is prepared at once, so that what stands beside the document is always
// what it was made with.

/** How long somebody who types words to take out is left alone, in milliseconds. */
const TYPING = 900;

export function createOptions(form, onChange) {
  const { format, reasoning, toolDetail, strict, terms } = form.elements;
  let waiting;
  let isPending = false;

  function changed() {
    clearTimeout(waiting);
    isPending = false;
    onChange();
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
    read: () => ({
      format: format.value,
      reasoning: reasoning.checked,
      toolDetail: toolDetail.checked,
      strict: strict.checked,
      terms: terms.value.split("\n"),
    }),
    show(options) {
      format.value = options.format;
      reasoning.checked = options.reasoning;
      toolDetail.checked = options.toolDetail;
      strict.checked = options.strict;
      // Not while somebody types there, and not for blanks only.
      const typed = terms.value.split("\n").map((line) => line.trim());
      if (typed.filter(Boolean).join("\n") !== options.terms.join("\n"))
        terms.value = options.terms.join("\n");
    },
    setDisabled(isDisabled) {
      for (const element of form.elements) element.disabled = isDisabled;
    },
  };
}
