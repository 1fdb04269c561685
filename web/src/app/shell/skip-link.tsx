import { useTranslate } from "@/lib/i18n";

import { shellMessages } from "./messages";

export function SkipLink() {
  const t = useTranslate(shellMessages);
  return (
    <a
      href="#content"
      className="sr-only z-50 rounded-m bg-primary px-4 py-3 font-semibold text-on-primary focus:not-sr-only focus:fixed focus:start-3 focus:top-3"
    >
      {t("skip")}
    </a>
  );
}
