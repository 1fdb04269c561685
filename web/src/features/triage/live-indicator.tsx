import { RefreshCw } from "lucide-react";

import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";

import { useStream } from "./live-queue";
import { triageMessages } from "./messages";

/** Says whether what is on the screen is what is so. Quiet while it is; plain when it may not be. */
export function LiveIndicator() {
  const t = useTranslate(triageMessages);
  const { state, reconnect } = useStream();
  if (state.status === "reconnecting") {
    return (
      <div role="status" className="flex items-center gap-2 rounded-full bg-warning-soft ps-3 text-s font-semibold text-warning">
        <RefreshCw aria-hidden className="size-4 animate-spin motion-reduce:animate-none" />
        {t("live_lost")}
        <Button size="s" variant="ghost" className="text-warning" onClick={reconnect}>
          {t("live_retry")}
        </Button>
      </div>
    );
  }
  return (
    <p role="status" className="flex items-center gap-2 text-s text-ink-muted">
      <span aria-hidden className={state.status === "open" ? "size-2 rounded-full bg-success" : "size-2 rounded-full bg-line-strong"} />
      {t(state.status === "open" ? "live_open" : "live_connecting")}
    </p>
  );
}
