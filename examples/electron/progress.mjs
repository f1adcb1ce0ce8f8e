// How far an export is, from 0 to 1.

const PHASES = ["read", "redact", "write"];

/** One share of all three phases. A session without secrets has no second one: the share then jumps, but never back. */
export function shareOf({ phase, done, total }) {
  const within = total > 0 ? done / total : 1;
  return (PHASES.indexOf(phase) + within) / PHASES.length;
}

/** Shows a share in the task bar, or on the icon in the dock; `null` takes it away. A window may be gone meanwhile. */
export function showProgress(window, share) {
  if (!window.isDestroyed()) window.setProgressBar(share ?? -1);
}
