import { useQuery } from "@tanstack/react-query";
import { FileClock, MessagesSquare } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { ProblemNotice } from "@/ui/problem-notice";
import { SkeletonList } from "@/ui/skeleton";

import { transcriptQuery } from "./api";
import { DecisionTrail } from "./decision-trail";
import { triageMessages } from "./messages";
import { ParPanel } from "./par-panel";
import { allStatements, firstPlace, spansBySeq, type Statement, statementsFrom, statementsOf } from "./par-statements";
import { languageOf, type ReportView } from "./records";
import type { Focus } from "./statement-line";
import { Transcript } from "./transcript";

const VIEWS = ["report", "transcript"] as const;
const SCROLL_AFTER_MS = 120;

/** The report beside the conversation: whatever one shows can be found in the other. */
export function ReportBody({ report, hasFailedToRefresh }: {
  readonly report: ReportView;
  readonly hasFailedToRefresh: boolean;
}) {
  const t = useTranslate(triageMessages);
  const [view, setView] = useState<(typeof VIEWS)[number]>("report");
  const [active, setActive] = useState<ReadonlySet<string>>(new Set());
  const [chosenSeq, setChosenSeq] = useState<number | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const transcript = useQuery(transcriptQuery(report.entry.conversation_id));
  const statements = useMemo(() => (report.content ? statementsOf(report.content) : null), [report.content]);
  const all = useMemo(() => (statements ? allStatements(statements) : []), [statements]);
  const spans = useMemo(() => spansBySeq(all, active), [all, active]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const scrollTo = useCallback((statement: Statement) => {
    const place = firstPlace(statement);
    if (place) bringIntoView(scroller.current, place.seq);
  }, []);
  const focus: Focus = {
    active,
    onLook: (statement) => {
      clearTimeout(timer.current);
      setChosenSeq(null);
      setActive(new Set(statement ? [statement.id] : []));
      if (statement) timer.current = setTimeout(() => scrollTo(statement), SCROLL_AFTER_MS);
    },
    onGo: (statement) => {
      setView("transcript");
      setActive(new Set([statement.id]));
      // After the view has changed, since a hidden message has no place to scroll to.
      requestAnimationFrame(() => scrollTo(statement));
    },
  };
  const choose = (seq: number) => {
    const isSame = chosenSeq === seq;
    const ids = isSame ? [] : statementsFrom(all, seq);
    setChosenSeq(isSame ? null : seq);
    setActive(new Set(ids));
    if (ids[0]) document.getElementById(`statement-${ids[0]}`)?.scrollIntoView({ block: "center" });
  };
  return (
    <>
      <div role="group" aria-label={t("report_view")} className="flex border-b border-line lg:hidden">
        {VIEWS.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={view === name}
            onClick={() => setView(name)}
            className={cn(
              "min-h-11 grow border-b-2 px-3 text-s font-semibold",
              view === name ? "border-primary text-ink" : "border-transparent text-ink-muted",
            )}
          >
            {t(name)}
          </button>
        ))}
      </div>
      <div className="grid min-w-0 grow items-start gap-8 pb-6 lg:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)] xl:gap-12">
        <div className={cn("flex min-w-0 flex-col gap-8", view !== "report" && "max-lg:hidden")}>
          {hasFailedToRefresh ? <ProblemNotice problem={{ type: "about:blank", title: "", status: 0 }} /> : null}
          {report.content && statements ? (
            <ParPanel report={report} par={report.content} statements={statements} focus={focus} />
          ) : (
            <EmptyState icon={FileClock} title={t("par_pending")}>
              {t("par_pending_text")}
            </EmptyState>
          )}
          <DecisionTrail report={report} />
        </div>
        <section
          aria-labelledby="transcript-title"
          className={cn(
            "flex min-w-0 flex-col rounded-l border border-line bg-sunken/50 p-4 sm:p-5",
            "lg:sticky lg:top-[calc(var(--pinned,0rem)+6.5rem)] lg:max-h-[calc(100dvh-var(--pinned,0rem)-12.5rem)]",
            view !== "transcript" && "max-lg:hidden",
          )}
        >
          <h2 id="transcript-title" className="mb-2 flex items-center gap-2 text-s font-semibold text-ink-muted">
            <MessagesSquare aria-hidden className="size-4.5" />
            {t("transcript")}
            <span className="ms-auto font-normal">{t(`language_${languageOf(report.entry)}`)}</span>
          </h2>
          {transcript.isPending ? <SkeletonList rows={3} /> : null}
          {transcript.isError && !transcript.data ? (
            <ErrorState
              title={t("transcript_failed")}
              problem={transcript.error}
              retrying={transcript.isFetching}
              onRetry={() => void transcript.refetch()}
            />
          ) : null}
          {transcript.data?.length === 0 ? <p className="text-ink-muted">{t("transcript_empty")}</p> : null}
          {transcript.data && transcript.data.length > 0 ? (
            <Transcript
              messages={transcript.data}
              spans={spans}
              active={active}
              chosenSeq={chosenSeq}
              language={languageOf(report.entry)}
              onChoose={choose}
              scroller={scroller}
            />
          ) : null}
        </section>
      </div>
    </>
  );
}

/** Scroll the transcript, and only it, so that the report stays under the eye that reads it. */
function bringIntoView(scroller: HTMLDivElement | null, seq: number): void {
  const message = document.getElementById(`transcript-${seq}`);
  if (!scroller || !message) return;
  const offset = message.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroller.scrollTo({
    top: scroller.scrollTop + offset - scroller.clientHeight / 3,
    behavior: isCalm ? "auto" : "smooth",
  });
}
