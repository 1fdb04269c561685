import type { ReactNode } from "react";

export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-grid min-w-5 place-items-center rounded-s border border-line-strong bg-sunken px-1.5 font-sans text-2xs font-semibold text-ink-muted">
      {children}
    </kbd>
  );
}
