import { useTranslate } from "@/lib/i18n";

import { conversationMessages } from "./messages";

export function TypingDots() {
  const t = useTranslate(conversationMessages);
  return (
    <p role="status" className="mt-5 flex items-center gap-1.5">
      <span className="sr-only">{t("typing")}</span>
      {["", "[animation-delay:160ms]", "[animation-delay:320ms]"].map((delay) => (
        <span
          key={delay}
          aria-hidden
          className={`size-2 animate-pulse rounded-full bg-line-strong motion-reduce:animate-none ${delay}`}
        />
      ))}
    </p>
  );
}
