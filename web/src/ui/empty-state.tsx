import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** Says that there is truly nothing, which must never look like "could not be loaded". */
export function EmptyState({ icon: Icon, title, children, action }: {
  readonly icon: LucideIcon;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-l border border-dashed border-line-strong px-6 py-12 text-center">
      <span className="grid size-12 place-items-center rounded-full bg-primary-soft text-on-primary-soft">
        <Icon aria-hidden className="size-6" />
      </span>
      <h2 className="text-l font-semibold">{title}</h2>
      {children ? <p className="max-w-text text-ink-muted">{children}</p> : null}
      {action ? <div className="mt-2">{action}</div> : null}
    </div>
  );
}
