// Hands a session over at once. When only its long texts are still to come, `begin` has all that is needed to work
// on them.
({ json, texts, hasTexts }, append, begin) => {
  for (const piece of json) if (!append(...piece)) return;
  begin(hasTexts());
  for (const piece of texts) if (!append(...piece)) return;
};
