import { useEffect, useRef } from "react";

import { belongsToControl, type Command, commandOf, type Scope } from "./keys";

export type KeyHandlers = Partial<Readonly<Record<Command, () => void>>>;

/** Carry out single-key commands while the component is shown, except where a key belongs to what has the focus. */
export function useKeys(scope: Scope, handlers: KeyHandlers): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || belongsToControl(event.target, event)) return;
      const command = commandOf(event, scope);
      const act = command && latest.current[command];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [scope]);
}
