import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";

import { useLanguage, useTranslate } from "@/lib/i18n";
import { hasRole, type SessionActor } from "@/lib/session";
import { ErrorState } from "@/ui/error-state";
import { SkeletonList } from "@/ui/skeleton";

import { reportQuery } from "./api";
import { isDecidable } from "./decisions";
import { useDrafts } from "./live-queue";
import { triageMessages } from "./messages";
import { EVERYTHING_OPEN } from "./queue-filter";
import { ReportBody } from "./report-body";
import { ReportDesk } from "./report-desk";
import { usePatientWords } from "./use-patient-words";
import { useQueue } from "./use-queue";
import { useStaffTitle } from "./use-staff-title";
import { skewOf } from "./waiting";

export interface ReportPageProps {
  readonly reportId: string;
  readonly actor: SessionActor;
  readonly onOpen: (reportId: string) => void;
  readonly onBack: () => void;
}

export function ReportPage({ reportId, actor, onOpen, onBack }: ReportPageProps) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const words = usePatientWords();
  const query = useQuery(reportQuery(reportId, language));
  const report = query.data;
  const { items } = useQueue(EVERYTHING_OPEN);
  const [skew_ms, setSkew] = useState(0);
  const now = report?.now;
  useEffect(() => {
    if (now) setSkew(skewOf(now, Date.now()));
  }, [now]);
  useStaffTitle(report ? words.name(report.entry.patient) : t("report"));
  useDrafts(report?.entry.status === "draft");
  const neighbours = useMemo(() => neighboursOf(items.map((item) => item.id), reportId), [items, reportId]);
  if (query.isPending) return <SkeletonList rows={5} />;
  if (!report) {
    return (
      <ErrorState
        title={t("report_failed")}
        problem={query.error}
        retrying={query.isFetching}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return (
    <ReportDesk
      report={report}
      actor={actor}
      skew_ms={skew_ms}
      canReview={hasRole(actor, "nurse") && isDecidable(report.entry)}
      onNext={neighbours.next ? () => onOpen(neighbours.next ?? "") : undefined}
      onPrevious={neighbours.previous ? () => onOpen(neighbours.previous ?? "") : undefined}
      onBack={onBack}
    >
      <ReportBody report={report} hasFailedToRefresh={query.isError} />
    </ReportDesk>
  );
}

/** What comes before and after in the queue; after a decision the report has left it, and its place is the first. */
export function neighboursOf(ids: readonly string[], id: string): { readonly previous?: string; readonly next?: string } {
  const at = ids.indexOf(id);
  return at < 0 ? { next: ids[0] } : { previous: ids[at - 1], next: ids[at + 1] };
}

