import { Link } from "@tanstack/react-router";

import { useTranslate } from "@/lib/i18n";
import type { LiveState } from "@/lib/live-state";
import { Button } from "@/ui/button";

import { conversationMessages } from "./messages";

export function RefusedPage({ refusal, here }: {
  readonly refusal: NonNullable<LiveState["refusal"]>;
  /** Where to come back to after logging in. */
  readonly here: string;
}) {
  const t = useTranslate(conversationMessages);
  return (
    <div role="alert" className="mx-auto flex max-w-text flex-col items-start gap-4 px-5 pt-16">
      <h1 className="display text-2xl">{t(`${refusal}_title`)}</h1>
      <p className="text-ink-muted">{t(`${refusal}_text`)}</p>
      <div className="flex flex-wrap gap-3">
        <Button asChild variant="primary" size="l">
          <Link to="/login" search={{ next: here }}>
            {t("log_in")}
          </Link>
        </Button>
        <Button asChild size="l">
          <Link to="/start">{t("start_again")}</Link>
        </Button>
      </div>
    </div>
  );
}
