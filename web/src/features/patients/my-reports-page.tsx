import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight, FileText } from "lucide-react";
import type { ReactNode } from "react";

import { listMyReportsOptions } from "@/api/@tanstack/react-query.gen";
import { formatRelative } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { usePageTitle } from "@/lib/page-title";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { SkeletonList } from "@/ui/skeleton";

import { patientMessages } from "./messages";
import type { MyReport } from "./my-reports";
import { StatusBadge } from "./status-badge";

export function MyReportsPage() {
  const t = useTranslate(patientMessages);
  const reports = useQuery(listMyReportsOptions());
  usePageTitle(t("title"));
  const hasReports = (reports.data?.length ?? 0) > 0;
  return (
    <div className="mx-auto w-full max-w-text px-5 pt-6 sm:pt-10">
      <div className="mb-7 flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="display text-2xl">{t("title")}</h1>
          <p className="mt-1.5 text-ink-muted">{t("lead")}</p>
        </div>
        {hasReports ? <StartButton variant="secondary">{t("start")}</StartButton> : null}
      </div>
      {reports.isPending ? <SkeletonList rows={3} /> : null}
      {reports.isError ? (
        <ErrorState
          title={t("failed")}
          problem={reports.error}
          retrying={reports.isFetching}
          onRetry={() => void reports.refetch()}
        />
      ) : null}
      {reports.data && !hasReports ? (
        <EmptyState
          icon={FileText}
          title={t("empty_title")}
          action={<StartButton variant="primary">{t("start")}</StartButton>}
        >
          {t("empty_text")}
        </EmptyState>
      ) : null}
      {reports.data && hasReports ? (
        <ul className="flex flex-col gap-3">
          {reports.data.map((report) => (
            <li key={report.id}>
              <ReportRow report={report} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function StartButton({ variant, children }: { readonly variant: "primary" | "secondary"; readonly children: ReactNode }) {
  return (
    <Button asChild variant={variant} size="l">
      <Link to="/start">{children}</Link>
    </Button>
  );
}

function ReportRow({ report }: { readonly report: MyReport }) {
  const t = useTranslate(patientMessages);
  const { language } = useLanguage();
  const complaint = report.understood.complaint ?? t("general");
  const when = report.sent_at
    ? t("sent", { when: formatRelative(report.sent_at, language) })
    : t("started", { when: formatRelative(report.created_at, language) });
  return (
    <Link
      to="/conversation/$conversationId"
      params={{ conversationId: report.conversation_id }}
      aria-label={t("open", { complaint })}
      className="flex items-center gap-4 rounded-l border border-line bg-surface px-5 py-4 shadow-s transition-colors hover:border-line-strong hover:bg-raised"
    >
      <span className="min-w-0 grow">
        <span className="block truncate text-l font-semibold">{complaint}</span>
        <span className="block text-s text-ink-muted">{when}</span>
      </span>
      <StatusBadge status={report.status} />
      <ChevronRight aria-hidden className="size-5 shrink-0 text-ink-muted max-sm:hidden" />
    </Link>
  );
}
