import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";

import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";

import { Button } from "./button";
import { uiMessages } from "./messages";

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the main one last. */
  readonly actions?: ReactNode;
  readonly size?: "s" | "m" | "l";
}

const WIDTH = { s: "max-w-form", m: "max-w-text", l: "max-w-4xl" } as const;

/**
 * The platform's own modal: inert background, focus kept inside and given back, Escape.
 *
 * Radix's dialog injects a style element to lock scrolling, which our content security policy refuses.
 */
export function Dialog({ open, onClose, title, description, children, actions, size = "s" }: DialogProps) {
  const t = useTranslate(uiMessages);
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      onClose={onClose}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={cn(
        "m-auto w-[calc(100%-2rem)] rounded-l border border-line bg-raised p-0 text-ink shadow-l backdrop:bg-scrim open:appear",
        WIDTH[size],
      )}
    >
      {open ? (
        <div className="flex flex-col gap-5 p-6 sm:p-7">
          <header className="flex items-start gap-4">
            <div className="grow">
              <h2 id={`${id}-title`} className="display text-xl">
                {title}
              </h2>
              {description ? (
                <p id={`${id}-description`} className="mt-1.5 text-ink-muted">
                  {description}
                </p>
              ) : null}
            </div>
            <Button variant="ghost" size="icon" className="-me-2 -mt-2" aria-label={t("close")} onClick={onClose}>
              <X aria-hidden className="size-5" />
            </Button>
          </header>
          {children}
          {actions ? <footer className="flex flex-wrap justify-end gap-3">{actions}</footer> : null}
        </div>
      ) : null}
    </dialog>
  );
}
