import type { ReactNode } from "react";

import { usePageTitle } from "@/lib/page-title";

export function AuthFrame({ title, lead, children, footer }: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}) {
  usePageTitle(title);
  return (
    <div className="mx-auto w-full max-w-form px-5 pt-8 sm:pt-14">
      <h1 className="display text-2xl">{title}</h1>
      {lead ? <p className="mt-2 text-ink-muted">{lead}</p> : null}
      <div className="mt-8">{children}</div>
      {footer ? <div className="mt-8 flex flex-col gap-3 border-t border-line pt-6">{footer}</div> : null}
    </div>
  );
}
