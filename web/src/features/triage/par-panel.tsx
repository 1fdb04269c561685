import { CircleDashed, CircleHelp, CircleMinus, Plus, TriangleAlert } from "lucide-react";

import { cn } from "@/lib/cn";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Badge } from "@/ui/badge";
import { uiMessages } from "@/ui/messages";
import { SEVERITY_LOOK, SeverityBadge } from "@/ui/severity";

import { flagLabel } from "./flag-labels";
import { triageMessages } from "./messages";
import type { Par } from "./par";
import { Asked, Confirmed, historyStatus, Mark, Section } from "./par-parts";
import type { ReportStatements } from "./par-statements";
import { Quote } from "./quote";
import type { ReportView } from "./records";
import { type Focus, StatementLine } from "./statement-line";

export function ParPanel({ report, par, statements, focus }: {
  readonly report: ReportView;
  readonly par: Par;
  readonly statements: ReportStatements;
  readonly focus: Focus;
}) {
  const t = useTranslate(triageMessages);
  const complaintKey = `complaint_${par.complaint.code}`;
  return (
    <div className="flex flex-col gap-7" lang={par.lang}>
      <Urgency report={report} statements={statements} focus={focus} />
      {statements.complaint ? (
        <Section title={t("par_complaint")} note={t.has(complaintKey) ? t(complaintKey) : par.complaint.label}>
          <StatementLine statement={statements.complaint} focus={focus}>
            <Quote language={report.entry.language} className="display text-l leading-snug">
              {statements.complaint.text}
            </Quote>
          </StatementLine>
        </Section>
      ) : null}
      <Section title={t("par_findings")} isEmpty={statements.findings.length === 0} empty={t("par_findings_none")}>
        {statements.findings.map((finding) => (
          <StatementLine key={finding.id} statement={finding} focus={focus}>
            <span className={cn("flex items-start gap-2", finding.isUnknown ? "text-ink-muted" : "font-semibold")}>
              {finding.isUnknown ? <Mark icon={CircleHelp} /> : <Mark icon={Plus} className="text-primary" />}
              <span>
                {finding.text}
                {finding.isUnknown ? <span className="font-normal"> ({t("par_unknown")})</span> : null}
              </span>
            </span>
            {finding.details.length > 0 ? (
              <span className="ms-6.5 flex flex-wrap gap-x-5 gap-y-0.5 text-s">
                {finding.details.map((detail) => (
                  <span key={detail.kind}>
                    <span className="text-ink-muted">{t(`detail_${detail.kind}`)} </span>
                    <span lang={detail.kind === "course" ? undefined : report.entry.language}>{detail.text}</span>
                  </span>
                ))}
              </span>
            ) : null}
          </StatementLine>
        ))}
      </Section>
      {statements.negatives.length > 0 ? (
        <Section title={t("par_negatives")} isWide>
          {statements.negatives.map((negative) => (
            <StatementLine key={negative.id} statement={negative} focus={focus}>
              <span className="flex items-start gap-2 text-ink-muted">
                <Mark icon={CircleMinus} />
                <span>
                  <span className="sr-only">{t("par_no")} </span>
                  {negative.text}
                </span>
              </span>
            </StatementLine>
          ))}
        </Section>
      ) : null}
      {statements.vitals.length > 0 ? (
        <Section title={t("par_vitals")}>
          {statements.vitals.map((vital) => (
            <StatementLine key={vital.id} statement={vital} focus={focus}>
              <span className="text-ink-muted">
                {t.has(`vital_${vital.kind}`) ? t(`vital_${vital.kind}` as "vital_pulse") : vital.kind}{" "}
              </span>
              <span className="tabular font-semibold">{vital.text}</span>
              <span className="text-s text-ink-muted"> ({t("par_reported")})</span>
            </StatementLine>
          ))}
        </Section>
      ) : null}
      <div className="grid gap-7 xl:grid-cols-2 xl:gap-8">
        <Section title={t("par_medications")} isEmpty={statements.medications.length === 0} empty={<Asked of="medications" status={par.medications_status ?? "not_asked"} />}>
          {statements.medications.map((drug) => (
            <StatementLine key={drug.id} statement={drug} focus={focus} aside={<Confirmed drug={drug} />}>
              <span className={drug.isStopped ? "text-ink-muted line-through" : "font-semibold"}>{drug.text}</span>
            </StatementLine>
          ))}
        </Section>
        <Section title={t("par_allergies")} isEmpty={statements.allergies.length === 0} empty={<Asked of="allergies" status={par.allergies_status} />}>
          {statements.allergies.map((allergy) => (
            <StatementLine key={allergy.id} statement={allergy} focus={focus}>
              <span className="flex items-start gap-2 font-semibold text-danger">
                <Mark icon={TriangleAlert} />
                <span lang={report.entry.language}>{allergy.text}</span>
              </span>
            </StatementLine>
          ))}
        </Section>
      </div>
      <Section title={t("par_history")} isEmpty={statements.history.length === 0} empty={<Asked of="history" status={historyStatus(par)} />}>
        {statements.history.map((item) => (
          <StatementLine key={item.id} statement={item} focus={focus} aside={item.isFamily ? <Badge>{t("par_family")}</Badge> : null}>
            {item.text}
          </StatementLine>
        ))}
      </Section>
      {statements.corrections.length > 0 ? (
        <Section title={t("par_corrections")}>
          {statements.corrections.map((item) => (
            <StatementLine key={item.id} statement={item} focus={focus}>
              {item.isQuote ? <Quote language={report.entry.language}>{item.text}</Quote> : item.text}
            </StatementLine>
          ))}
        </Section>
      ) : null}
      {par.gaps.length > 0 ? (
        <Section title={t("par_gaps")}>
          <ul className="flex flex-col gap-1.5 ps-3">
            {par.gaps.map((gap) => (
              <li key={gap.code} className="flex items-start gap-2 text-ink-muted italic">
                <Mark icon={CircleDashed} />
                {gap.label}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Section title={t("par_summary")}>
        <p className="max-w-text ps-3 text-s leading-relaxed">{par.summary}</p>
      </Section>
    </div>
  );
}

function Urgency({ report, statements, focus }: {
  readonly report: ReportView;
  readonly statements: ReportStatements;
  readonly focus: Focus;
}) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const ui = useTranslate(uiMessages);
  const { urgency, assessed_urgency } = report.entry;
  const { surface, edge } = SEVERITY_LOOK[urgency];
  return (
    <section aria-labelledby="par-urgency" className={cn("rounded-l border p-4 sm:p-5", surface, edge)}>
      <div lang={language} className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 id="par-urgency" className="text-s font-semibold">
          {t("par_urgency")}
        </h2>
        <SeverityBadge severity={urgency} size="l" />
        <span className="text-s text-ink">{ui(`severity_hint_${urgency}`)}</span>
        {urgency !== assessed_urgency ? (
          <span className="flex items-center gap-2 text-s text-ink">
            {t("par_assessed")} <SeverityBadge severity={assessed_urgency} />
          </span>
        ) : null}
      </div>
      {statements.flags.length > 0 ? (
        <ul className="mt-3 flex flex-col gap-1">
          {statements.flags.map((flag) => (
            <li key={flag.id}>
              <StatementLine statement={flag} focus={focus}>
                <span lang={language} className="flex items-start gap-2 font-bold">
                  <Mark icon={TriangleAlert} className={flag.level === "emergency" ? "text-emergency" : "text-urgent"} />
                  {flagLabel(flag.flagId, language)}
                </span>
                <RuleId id={flag.flagId} reference={flag.reference} className="ms-6.5" />
              </StatementLine>
            </li>
          ))}
        </ul>
      ) : null}
      <ul className="mt-2 flex flex-col gap-1">
        {statements.reasons.map((reason) => (
          <li key={reason.id}>
            <StatementLine statement={reason} focus={focus}>
              <span className="block text-s">{reason.text}</span>
              <RuleId id={reason.ruleId} reference={reason.reference} />
            </StatementLine>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The rule and the guideline behind a line, for whoever wants to check it. */
function RuleId({ id, reference, className }: {
  readonly id: string;
  readonly reference: string | null;
  readonly className?: string;
}) {
  return (
    <span className={cn("tabular block text-xs text-ink-muted", className)}>
      {id}
      {reference ? ` · ${reference}` : null}
    </span>
  );
}
