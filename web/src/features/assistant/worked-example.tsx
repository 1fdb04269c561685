import { CircleDashed } from "lucide-react";
import { useState } from "react";

import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";
import { MarkedText, type MarkedSpan } from "@/ui/marked-text";

import { assistantMessages } from "./messages";

/** The words of the example that each line was read from, in both languages. */
const WORDS = [
  ["example_1", /J’ai mal au genou droit|My right knee has hurt/],
  ["example_2", /depuis mardi|since Tuesday/],
  ["example_3", /surtout dans les escaliers|mostly on the stairs/],
  ["example_4", /Pas de fièvre|No fever/],
] as const;

/** The idea of the product in one picture: words of the patient, and the lines that point back to them. */
export function WorkedExample() {
  const t = useTranslate(assistantMessages);
  const [active, setActive] = useState<string>("example_2");
  const text = t("example_text");
  const spans: MarkedSpan[] = WORDS.flatMap(([id, words]) => {
    const found = words.exec(text);
    return found ? [{ id, start: found.index, end: found.index + found[0].length }] : [];
  });
  return (
    <figure className="rounded-xl border border-line bg-surface p-6 shadow-m sm:p-8">
      <figcaption className="text-s text-ink-muted">{t("example_label")}</figcaption>
      <blockquote className="display mt-4 text-xl leading-relaxed sm:text-[1.7rem]">
        <MarkedText text={text} spans={spans} active={new Set([active])} />
      </blockquote>
      <ul className="mt-6 border-t border-line">
        {WORDS.map(([key]) => (
          <li
            key={key}
            onMouseEnter={() => setActive(key)}
            className={cn(
              "flex min-h-12 items-center gap-3 border-b border-line transition-colors",
              active === key ? "text-ink" : "text-ink-muted",
            )}
          >
            <span
              aria-hidden
              className={cn("h-5 w-1 rounded-full transition-colors", active === key ? "bg-mark-strong" : "bg-line")}
            />
            {t(key)}
          </li>
        ))}
        <li className="flex min-h-12 items-center gap-3 text-ink-muted italic">
          <CircleDashed aria-hidden className="-mx-1.5 size-4" />
          {t("example_5")}
        </li>
      </ul>
      <p className="mt-3 text-s text-ink-muted">{t("example_caption")}</p>
    </figure>
  );
}
