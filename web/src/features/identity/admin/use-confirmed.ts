import { useState } from "react";

import { confirmMe } from "@/api/sdk.gen";
import { toProblem } from "@/lib/problem";

/** Runs acts that need a fresh proof of the password: asks for it when the server does, then tries again. */
export function useConfirmed() {
  const [pending, setPending] = useState<(() => void) | null>(null);
  return {
    isAsking: pending !== null,
    cancel: () => setPending(null),
    /** Give to a mutation as its `onError`; `again` repeats it. True when the password is being asked for. */
    askFor: (error: unknown, again: () => void): boolean => {
      if (toProblem(error).type !== "/problems/confirmation-required") return false;
      setPending(() => again);
      return true;
    },
    confirm: async (password: string) => {
      await confirmMe({ body: { password } });
      pending?.();
      setPending(null);
    },
  };
}

/** The problem to show: a request for the password is not one. */
export function shownProblem(error: unknown): unknown {
  return error && toProblem(error).type === "/problems/confirmation-required" ? null : error;
}
