import { Cloud, CloudOff, Gauge } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useTranslate } from "@/lib/i18n";
import type { LiveState } from "@/lib/live-state";

import { conversationMessages } from "./messages";

/** A drop that heals at once is not worth a word. */
const PATIENCE_MS = 1_200;
const GOOD_NEWS_FOR_MS = 3_000;

export function ConnectionNotice({ state }: { readonly state: LiveState }) {
  const t = useTranslate(conversationMessages);
  const isLost = useHasLasted(state.connection === "reconnecting", PATIENCE_MS);
  const isBack = useIsJustOver(isLost && state.connection !== "refused");
  const isSlow = state.connection === "open" && state.transport === "poll";
  return (
    <div role="status">
      {isLost ? (
        <p className="flex items-center gap-2.5 bg-warning-soft px-4 py-2.5 text-s sm:px-6">
          <CloudOff aria-hidden className="size-4.5 shrink-0 text-warning" />
          {t("reconnecting")}
        </p>
      ) : null}
      {isBack && !isSlow && state.connection === "open" ? (
        <p className="flex items-center gap-2.5 bg-success-soft px-4 py-2.5 text-s sm:px-6">
          <Cloud aria-hidden className="size-4.5 shrink-0 text-success" />
          {t("connected_again")}
        </p>
      ) : null}
      {!isLost && isSlow ? (
        <p className="flex items-center gap-2.5 bg-sunken px-4 py-2.5 text-s text-ink-muted sm:px-6">
          <Gauge aria-hidden className="size-4.5 shrink-0" />
          {t("slow_connection")}
        </p>
      ) : null}
    </div>
  );
}

function useHasLasted(isTrue: boolean, for_ms: number): boolean {
  const [hasLasted, setLasted] = useState(false);
  useEffect(() => {
    if (!isTrue) {
      setLasted(false);
      return undefined;
    }
    const timer = setTimeout(() => setLasted(true), for_ms);
    return () => clearTimeout(timer);
  }, [isTrue, for_ms]);
  return hasLasted;
}

/** True for a while after something has stopped being true. */
function useIsJustOver(isTrue: boolean): boolean {
  const [isOver, setOver] = useState(false);
  const was = useRef(isTrue);
  useEffect(() => {
    const hasEnded = was.current && !isTrue;
    was.current = isTrue;
    setOver(hasEnded);
    if (!hasEnded) return undefined;
    const timer = setTimeout(() => setOver(false), GOOD_NEWS_FOR_MS);
    return () => clearTimeout(timer);
  }, [isTrue]);
  return isOver;
}
