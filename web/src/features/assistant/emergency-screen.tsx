import { MessageSquareText, Phone } from "lucide-react";
import { useEffect, useRef } from "react";

import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";

import { type EmergencyCard, type EmergencyNumber, numberHref } from "./front-desk";
import { assistantMessages } from "./messages";

/** Where a red screen would add to the fear, the calm one says the same. */
const CALM: ReadonlySet<string> = new Set(["suicide", "violence", "child"]);

/** One action and nothing else: no menu, no conversation, no way to lose the number. */
export function EmergencyScreen({ card }: { readonly card: EmergencyCard | null }) {
  const t = useTranslate(assistantMessages);
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = card ?? fallbackCard(t("emergency_fallback_title"), t("emergency_fallback_text"));
  useEffect(() => {
    heading.current?.focus();
    const title = document.title;
    document.title = shown.title;
    return () => {
      document.title = title;
    };
  }, [shown.title]);
  const isCalm = CALM.has(shown.category);
  return (
    <main
      className={cn(
        "flex min-h-dvh flex-col text-on-alarm [&_:focus-visible]:outline-on-alarm",
        isCalm ? "bg-alarm-calm" : "bg-alarm",
      )}
    >
      <div className="mx-auto flex w-full max-w-text grow flex-col justify-center px-6 py-10 sm:py-16">
        <div role="alert">
          <h1 ref={heading} tabIndex={-1} className="display text-3xl text-wrap outline-none">
            {shown.title}
          </h1>
          {/* The action before the words about it: it must never need scrolling on a small screen. */}
          <MainAction line={shown.primary} isCalm={isCalm} />
          <p className="mt-7 text-l leading-relaxed">{shown.instruction}</p>
        </div>
        <ul className="mt-7 flex flex-col gap-3">
          {shown.others.map((line) => (
            <li key={`${line.how}:${line.number}`}>
              <OtherAction line={line} />
            </li>
          ))}
        </ul>
      </div>
    </main>
  );
}

function MainAction({ line, isCalm }: { readonly line: EmergencyNumber; readonly isCalm: boolean }) {
  const t = useTranslate(assistantMessages);
  const Icon = line.how === "text" ? MessageSquareText : Phone;
  return (
    <a
      href={numberHref(line)}
      className={cn(
        "mt-7 flex min-h-24 items-center justify-center gap-4 rounded-xl bg-on-alarm px-6 py-5 text-center shadow-l",
        isCalm ? "text-alarm-calm" : "text-alarm",
      )}
    >
      <Icon aria-hidden className="size-9 shrink-0" strokeWidth={2.25} />
      <span>
        <span className="block text-2xl font-bold">{t(line.how, { number: line.number })}</span>
        <span className="block text-s">{line.label}</span>
      </span>
    </a>
  );
}

function OtherAction({ line }: { readonly line: EmergencyNumber }) {
  const t = useTranslate(assistantMessages);
  const Icon = line.how === "text" ? MessageSquareText : Phone;
  return (
    <a
      href={numberHref(line)}
      className="flex min-h-16 items-center gap-4 rounded-l border border-on-alarm-muted px-5 py-3"
    >
      <Icon aria-hidden className="size-6 shrink-0" />
      <span>
        <span className="block font-semibold">{t(line.how, { number: line.number })}</span>
        <span className="block text-s text-on-alarm-muted">{line.label}</span>
      </span>
    </a>
  );
}

/** When not even the numbers could be loaded, the screen still comes up, with the number that works in most countries. */
function fallbackCard(title: string, instruction: string): EmergencyCard {
  return { category: "medical", title, instruction, primary: { number: "112", label: "112", how: "call" }, others: [] };
}
