// The names of the agents, as lists show them.
const NAMES = {
  opencode: "OpenCode",
  pawwork: "PawWork",
  dsh: "DSH",
  "claude-code": "Claude Code",
  codex: "Codex",
  crush: "Crush",
};

/** The agent that a session of a list is of. */
export const agentOf = ({ product }) => NAMES[product] ?? product;
