import type { ReactNode } from "react";

import { cn } from "@/lib/cn";

import type { Statement } from "./par-statements";

/** What the pointer or the focus is on, shared by the report and the transcript. */
export interface Focus {
  readonly active: ReadonlySet<string>;
  /** Look at a statement; `null` looks away. */
  readonly onLook: (statement: Statement | null) => void;
  /** Go to its words. */
  readonly onGo: (statement: Statement) => void;
}

/** A line that shows, on hover or focus, which words of the patient it was read from. */
export function StatementLine({ statement, focus, children, aside, className }: {
  readonly statement: Statement;
  readonly focus: Focus;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
  readonly className?: string;
}) {
  const isActive = focus.active.has(statement.id);
  if (statement.sources.length === 0) {
    return (
      <div className={cn("flex items-start gap-3 py-1 ps-3", className)}>
        <div className="min-w-0 grow">{children}</div>
        {aside}
      </div>
    );
  }
  return (
    <button
      type="button"
      id={`statement-${statement.id}`}
      data-active={isActive || undefined}
      onMouseEnter={() => focus.onLook(statement)}
      onMouseLeave={() => focus.onLook(null)}
      onFocus={() => focus.onLook(statement)}
      onBlur={() => focus.onLook(null)}
      onClick={() => focus.onGo(statement)}
      className={cn(
        "flex min-h-target w-full items-start gap-3 rounded-s border-s-3 py-1 ps-2.5 pe-2 text-start transition-colors",
        isActive ? "border-mark-strong bg-mark/60" : "border-transparent hover:bg-sunken",
        className,
      )}
    >
      <span className="min-w-0 grow">{children}</span>
      {aside}
    </button>
  );
}
