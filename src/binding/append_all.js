// Hands the pieces of a session over at once.
(pieces, append) => {
  for (const piece of pieces) append(...piece);
};
