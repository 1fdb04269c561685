import { cn } from "@/lib/cn";

import { languageOf } from "./records";

const MARKS = { fr: ["«\u00a0", "\u00a0»"], en: ["“", "”"] } as const;

/** Somebody's own words, in the quotation marks of their language. */
export function Quote({ language, className, children }: {
  readonly language: string;
  readonly className?: string;
  readonly children: string;
}) {
  const spoken = languageOf({ language });
  const [open, close] = MARKS[spoken];
  return (
    <q lang={spoken} className={cn("before:content-none after:content-none", className)}>
      {open}
      {children}
      {close}
    </q>
  );
}
