// File names that no other file of one run has, on any system.

/** What two names share that some file system takes for one: case and Unicode form make no difference. */
const folded = (name) =>
  name.normalize("NFD").toLowerCase().toUpperCase().normalize("NFC");

/** Gives names by `next(name, sessionID)`, each of them once, and none of those that are reserved. */
export function uniqueNames(...reserved) {
  const taken = new Set(reserved.map(folded));
  return (name, sessionID) => {
    const [, stem, extension] = /^(.*)(\.[^.]+)$/s.exec(name);
    // An id comes from a store: a part of it must not be a path.
    const end = sessionID.replace(/[^A-Za-z0-9]/g, "").slice(-8);
    let unique = name;
    for (let number = 1; taken.has(folded(unique)); number += 1) {
      const more = [end, number > 1 && number].filter(Boolean).join(" ");
      unique = more ? `${stem} ${more}${extension}` : name;
    }
    taken.add(folded(unique));
    return unique;
  };
}
