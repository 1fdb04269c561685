import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";

import { uiMessages } from "./messages";

export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded-s bg-line motion-reduce:animate-none", className)} />;
}

/** Lines in the shape of what is coming, announced once as "Loading". */
export function SkeletonList({ rows = 4, className }: { readonly rows?: number; readonly className?: string }) {
  const t = useTranslate(uiMessages);
  return (
    <div role="status" className={cn("flex flex-col gap-3", className)}>
      <span className="sr-only">{t("loading")}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex flex-col gap-2.5 rounded-l border border-line bg-surface p-5">
          <Skeleton className="h-4 w-2/5" />
          <Skeleton className="h-3.5 w-4/5" />
        </div>
      ))}
    </div>
  );
}
