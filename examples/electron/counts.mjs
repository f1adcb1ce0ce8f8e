// The counts of a report as lines for the review window. They hold numbers and names of this package, nothing of a
// session.

export function countsOf(report, words) {
  const { counts } = words;
  const lines = [];
  const told = (count, line) => count > 0 && lines.push(line(count));
  const { messages, sessions } = report;
  lines.push(counts.messages(messages.rendered, messages.stored));
  if (sessions.stored > 1)
    lines.push(counts.sessions(sessions.rendered, sessions.stored));
  for (const [rule, places] of placesByRule(report.redactions))
    lines.push(counts.redacted(rule, places));
  for (const { reason, count } of report.omitted)
    lines.push(counts.omitted(words.omitted[reason] ?? reason, count));
  told(report.truncated, counts.truncated);
  told(report.attachments, counts.attachments);
  told(report.kept, counts.kept);
  told(report.warnings.length, counts.warnings);
  return lines;
}

function placesByRule(redactions) {
  const places = new Map();
  for (const { rule, count } of redactions)
    places.set(rule, (places.get(rule) ?? 0) + count);
  return places;
}
