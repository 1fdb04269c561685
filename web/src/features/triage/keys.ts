/** Which key does what: pure, so that the help page and the behaviour cannot disagree. */

export type Scope = "queue" | "report";

export type Command =
  | "next"
  | "previous"
  | "open"
  | "claim"
  | "acknowledge"
  | "search"
  | "refresh"
  | "help"
  | "approve"
  | "override"
  | "request_information"
  | "escalate"
  | "undo"
  | "back";

export interface Binding {
  readonly command: Command;
  readonly keys: readonly string[];
}

const QUEUE: readonly Binding[] = [
  { command: "next", keys: ["j"] },
  { command: "previous", keys: ["k"] },
  { command: "open", keys: ["Enter"] },
  { command: "claim", keys: ["c"] },
  { command: "acknowledge", keys: ["a"] },
  { command: "search", keys: ["/"] },
  { command: "help", keys: ["?"] },
];

const REPORT: readonly Binding[] = [
  { command: "approve", keys: ["a"] },
  { command: "override", keys: ["o"] },
  { command: "request_information", keys: ["r"] },
  { command: "escalate", keys: ["e"] },
  { command: "claim", keys: ["c"] },
  { command: "undo", keys: ["u", "Ctrl+z"] },
  { command: "next", keys: ["j"] },
  { command: "previous", keys: ["k"] },
  { command: "back", keys: ["Escape"] },
  { command: "help", keys: ["?"] },
];

export const BINDINGS: Readonly<Record<Scope, readonly Binding[]>> = { queue: QUEUE, report: REPORT };

/** What a key press says about itself; the part of `KeyboardEvent` that matters. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The command of a key press, or nothing. Modifiers are the browser's, except for the way back. */
export function commandOf(press: Press, scope: Scope): Command | undefined {
  if (press.altKey) return undefined;
  const name = press.ctrlKey || press.metaKey ? `Ctrl+${press.key.toLowerCase()}` : press.key;
  const wanted = name.length === 1 ? name.toLowerCase() : name;
  return BINDINGS[scope].find((binding) => binding.keys.includes(wanted))?.command;
}

/** Whether the pressed key belongs to what has the focus: text being typed, or a control that Enter would press. */
export function belongsToControl(target: EventTarget | null, press: Press): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("dialog[open]")) return true;
  if (target.isContentEditable || target.closest("input, textarea, select")) return true;
  if (target.closest('[role="menu"], [role="listbox"]')) return true;
  return press.key === "Enter" && target.closest("a, button, summary") !== null;
}
