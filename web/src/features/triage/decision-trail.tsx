import { ArrowRight } from "lucide-react";

import { cn } from "@/lib/cn";
import { formatDateTime } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { SeverityBadge } from "@/ui/severity";

import { triageMessages } from "./messages";
import type { Decision, ReportView } from "./records";

/** What was decided, by whom, on which version: nothing here is ever changed, only added to. */
export function DecisionTrail({ report }: { readonly report: ReportView }) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const engines = Object.entries(report.content?.engine_versions ?? {});
  return (
    <section className="flex flex-col gap-5">
      <div>
        <h2 className="mb-2 border-b border-line pb-1 text-s font-semibold text-ink-muted">{t("trail")}</h2>
        {report.decisions.length === 0 && report.alerts.length === 0 ? (
          <p className="ps-3 text-ink-muted">{t("trail_empty")}</p>
        ) : (
          <ol className="flex flex-col gap-3 ps-3">
            {report.alerts.map((alert) => (
              <li key={alert.id} className="text-s">
                <p className="font-semibold">{t("trail_alert")}</p>
                <p className="text-ink-muted">
                  {formatDateTime(alert.raised_at, language)}
                  {alert.acknowledged_at
                    ? ` · ${t("trail_acknowledged", { time: formatDateTime(alert.acknowledged_at, language) })}`
                    : ` · ${t("trail_unacknowledged")}`}
                  {alert.alert_count > 1 ? ` · ${t("alert_again", { n: alert.alert_count - 1 })}` : null}
                </p>
              </li>
            ))}
            {report.decisions.map((decision) => (
              <TrailLine key={decision.id} decision={decision} />
            ))}
          </ol>
        )}
      </div>
      <details className="text-s">
        <summary className="min-h-target rounded-s py-1 font-semibold text-ink-muted hover:text-ink">{t("versions")}</summary>
        <ul className="mt-1 flex flex-col gap-1 ps-3">
          <li>{t("version_current", { n: report.entry.version, seq: report.through_seq })}</li>
          {report.versions.map((version) => (
            <li key={version.version} className="flex flex-wrap items-center gap-2 text-ink-muted">
              {t(`version_${version.reason}`, { n: version.version, time: formatDateTime(version.frozen_at, language) })}
              <SeverityBadge severity={version.urgency} />
            </li>
          ))}
        </ul>
        {engines.length > 0 ? (
          <p className="mt-2 ps-3 text-xs text-ink-muted">
            {t("engines")} {engines.map(([name, version]) => `${name} ${version}`).join(" · ")}
          </p>
        ) : null}
      </details>
    </section>
  );
}

function TrailLine({ decision }: { readonly decision: Decision }) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const isMoved = decision.urgency_before !== decision.urgency_after;
  return (
    <li className={cn("border-s-3 ps-3 text-s", decision.is_undone ? "border-line text-ink-muted" : "border-primary")}>
      <p className="flex flex-wrap items-center gap-2">
        <span className={cn("font-semibold", decision.is_undone && "line-through")}>{t(`trail_${decision.kind}`)}</span>
        {decision.is_undone ? <span>{t("trail_undone")}</span> : null}
        {isMoved ? (
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <SeverityBadge severity={decision.urgency_before} />
            <ArrowRight aria-label={t("trail_to")} className="size-4" />
            <SeverityBadge severity={decision.urgency_after} />
          </span>
        ) : null}
      </p>
      {decision.words ? <p className="mt-0.5 max-w-text whitespace-pre-line">{decision.words}</p> : null}
      <p className="mt-0.5 text-xs text-ink-muted">
        {decision.actor_name} · <time dateTime={decision.created_at}>{formatDateTime(decision.created_at, language)}</time> ·{" "}
        {t("trail_version", { n: decision.report_version })}
      </p>
    </li>
  );
}
