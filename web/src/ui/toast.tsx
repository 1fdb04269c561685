import { CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";

import { useTranslate } from "@/lib/i18n";

import { Button } from "./button";
import { uiMessages } from "./messages";

export interface ToastOptions {
  readonly tone?: "info" | "success" | "danger";
  readonly title: string;
  readonly description?: string;
  /** A way back, such as "Undo"; shown for as long as the toast is. */
  readonly action?: { readonly label: string; readonly onAction: () => void };
  readonly duration_ms?: number;
}

interface ShownToast extends ToastOptions {
  readonly id: number;
}

const ToastContext = createContext<(toast: ToastOptions) => void>(() => undefined);

const ICON = { info: Info, success: CircleCheck, danger: TriangleAlert } as const;
const TONE = { info: "text-primary", success: "text-success", danger: "text-danger" } as const;

let lastId = 0;

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const t = useTranslate(uiMessages);
  const [toasts, setToasts] = useState<readonly ShownToast[]>([]);
  const show = useCallback((toast: ToastOptions) => {
    lastId += 1;
    const id = lastId;
    setToasts((before) => [...before.slice(-3), { ...toast, id }]);
  }, []);
  const drop = useCallback((id: number) => setToasts((before) => before.filter((toast) => toast.id !== id)), []);
  const value = useMemo(() => show, [show]);
  return (
    <ToastContext value={value}>
      <Radix.Provider label={t("notifications")} swipeDirection="right">
        {children}
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onDone={() => drop(toast.id)} />
        ))}
        <Radix.Viewport className="fixed end-4 bottom-4 z-50 flex w-[min(26rem,calc(100vw-2rem))] flex-col gap-2.5 outline-none" />
      </Radix.Provider>
    </ToastContext>
  );
}

function ToastCard({ toast, onDone }: { readonly toast: ShownToast; readonly onDone: () => void }) {
  const t = useTranslate(uiMessages);
  const tone = toast.tone ?? "info";
  const Icon = ICON[tone];
  return (
    <Radix.Root
      duration={toast.duration_ms ?? 6_000}
      type={tone === "danger" ? "foreground" : "background"}
      onOpenChange={(open) => {
        if (!open) onDone();
      }}
      className="flex items-start gap-3 rounded-m border border-line bg-raised p-3.5 shadow-l appear"
    >
      <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${TONE[tone]}`} />
      <div className="min-w-0 grow">
        <Radix.Title className="text-s font-semibold">{toast.title}</Radix.Title>
        {toast.description ? (
          <Radix.Description className="text-s text-ink-muted">{toast.description}</Radix.Description>
        ) : null}
      </div>
      {toast.action ? (
        <Radix.Action altText={toast.action.label} asChild>
          <Button size="s" variant="soft" onClick={toast.action.onAction}>
            {toast.action.label}
          </Button>
        </Radix.Action>
      ) : null}
      <Radix.Close asChild>
        <Button size="s" variant="ghost" aria-label={t("close")} className="-me-1.5 px-1.5">
          <X aria-hidden className="size-4" />
        </Button>
      </Radix.Close>
    </Radix.Root>
  );
}

export function useToast(): (toast: ToastOptions) => void {
  return use(ToastContext);
}
