import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";

import { shellMessages } from "./messages";

export function CrashPage() {
  const t = useTranslate(shellMessages);
  return (
    <main role="alert" className="mx-auto flex min-h-[60dvh] max-w-text flex-col items-start justify-center gap-4 px-5 py-16">
      <h1 className="display text-2xl">{t("crash_title")}</h1>
      <p className="text-ink-muted">{t("crash_text")}</p>
      <Button variant="primary" size="l" onClick={() => window.location.reload()}>
        {t("reload")}
      </Button>
    </main>
  );
}
