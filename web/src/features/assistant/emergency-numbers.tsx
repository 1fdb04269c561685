import { MessageSquareText, Phone } from "lucide-react";

import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";

import { type EmergencyCard, numberHref } from "./front-desk";
import { assistantMessages } from "./messages";

/** Every emergency line of the practice's country as something to tap. */
export function EmergencyNumbers({ card }: { readonly card: EmergencyCard }) {
  const t = useTranslate(assistantMessages);
  return (
    <ul aria-label={t("emergency_line")} className="flex flex-wrap gap-3">
      {[card.primary, ...card.others].map((line) => {
        const Icon = line.how === "text" ? MessageSquareText : Phone;
        return (
          <li key={`${line.how}:${line.number}`}>
            <Button asChild variant="secondary" size="l" className="bg-surface">
              <a href={numberHref(line)} aria-label={`${t(line.how, { number: line.number })} (${line.label})`}>
                <Icon aria-hidden className="size-5 text-danger" />
                <span className="text-l">{line.number}</span>
                <span className="font-normal text-ink-muted max-sm:sr-only">{line.label}</span>
              </a>
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
