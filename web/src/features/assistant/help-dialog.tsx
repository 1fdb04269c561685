import { useQuery } from "@tanstack/react-query";
import { LifeBuoy, Phone } from "lucide-react";
import { useState } from "react";

import { useLanguage, useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";

import { EmergencyNumbers } from "./emergency-numbers";
import { frontDeskQuery } from "./front-desk";
import { assistantMessages } from "./messages";

/** A way to a human, one step away from every line of the conversation. */
export function HelpButton() {
  const t = useTranslate(assistantMessages);
  const { language } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const desk = useQuery(frontDeskQuery(language)).data;
  return (
    <>
      <Button size="l" variant="ghost" className="px-3 text-s text-danger" onClick={() => setOpen(true)}>
        <LifeBuoy aria-hidden className="size-5" />
        <span className="max-sm:sr-only">{t("help")}</span>
      </Button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={t("help_title")}>
        {desk?.practice.phone ? (
          <div>
            <p className="mb-2">{t("help_practice", { practice: desk.practice.name })}</p>
            <Button asChild size="l" variant="primary">
              <a href={`tel:${desk.practice.phone.replace(/[^\d+]/g, "")}`}>
                <Phone aria-hidden className="size-5" />
                {desk.practice.phone}
              </a>
            </Button>
          </div>
        ) : null}
        <div>
          <p className="mb-2 font-semibold text-danger">{t("help_emergency")}</p>
          {desk ? <EmergencyNumbers card={desk.emergency} /> : <p>{t("desk_failed")}</p>}
        </div>
      </Dialog>
    </>
  );
}
