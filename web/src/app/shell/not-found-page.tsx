import { Link } from "@tanstack/react-router";

import { useTranslate } from "@/lib/i18n";
import { usePageTitle } from "@/lib/page-title";
import { Button } from "@/ui/button";

import { shellMessages } from "./messages";

export function NotFoundPage() {
  const t = useTranslate(shellMessages);
  usePageTitle(t("not_found_title"));
  return (
    <div className="mx-auto flex min-h-[50dvh] max-w-text flex-col items-start justify-center gap-4 px-5 py-16">
      <h1 className="display text-2xl">{t("not_found_title")}</h1>
      <p className="text-ink-muted">{t("not_found_text")}</p>
      <Button asChild variant="primary" size="l">
        <Link to="/">{t("back_home")}</Link>
      </Button>
    </div>
  );
}
