import { ArrowUpRight, CircleCheckBig, MessageCircleQuestion, SlidersVertical } from "lucide-react";
import type { ReactNode } from "react";

import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Kbd } from "@/ui/kbd";

import type { DialogKind } from "./decisions";
import { triageMessages } from "./messages";

const ACTIONS = [
  { kind: "escalate", icon: ArrowUpRight, key: "E" },
  { kind: "request_information", icon: MessageCircleQuestion, key: "R" },
  { kind: "override", icon: SlidersVertical, key: "O" },
  { kind: "approve", icon: CircleCheckBig, key: "A" },
] as const;

/** What a nurse can do, at the lower edge of the window, the main thing last. */
export function ActionBar({ isOpen, status, undo, onDecide, approveKey = true }: {
  /** Whether a decision can be made now. */
  readonly isOpen: boolean;
  readonly status: ReactNode;
  readonly undo: ReactNode;
  readonly onDecide: (kind: DialogKind) => void;
  readonly approveKey?: boolean;
}) {
  const t = useTranslate(triageMessages);
  return (
    <div
      role="toolbar"
      aria-label={t("actions")}
      className="sticky bottom-0 z-20 -mx-4 mt-auto -mb-6 flex flex-wrap items-center gap-2 border-t border-line bg-surface px-4 py-3 shadow-m sm:-mx-6 sm:px-6"
    >
      <div role="status" className="min-w-0 grow text-s text-ink-muted empty:hidden max-sm:w-full sm:empty:block">
        {status}
      </div>
      {undo}
      {isOpen
        ? ACTIONS.map(({ kind, icon: Icon, key }) => (
            <Button
              key={kind}
              variant={kind === "approve" ? "primary" : "secondary"}
              className="max-sm:grow max-sm:px-2.5"
              onClick={() => onDecide(kind)}
            >
              <Icon aria-hidden className="size-4.5" />
              {t(`action_${kind}`)}
              {kind === "approve" && !approveKey ? null : (
                <span className="max-md:hidden">
                  <Kbd>{key}</Kbd>
                </span>
              )}
            </Button>
          ))
        : null}
    </div>
  );
}
