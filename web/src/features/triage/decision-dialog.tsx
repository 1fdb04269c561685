import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";

import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Textarea } from "@/ui/field";
import { Kbd } from "@/ui/kbd";
import { uiMessages } from "@/ui/messages";
import { SEVERITIES, SEVERITY_LOOK, SeverityBadge } from "@/ui/severity";

import { ConflictNotice, type NextSteps } from "./conflict-notice";
import { type DecisionDraft, type DialogKind, faultOf, LENGTH, lengthOf } from "./decisions";
import { triageMessages } from "./messages";
import { languageOf, type ReportView } from "./records";
import { usePatientWords } from "./use-patient-words";

export interface DecisionDialogProps {
  readonly kind: DialogKind | null;
  readonly report: ReportView;
  readonly draft: DecisionDraft;
  readonly onDraft: (draft: DecisionDraft) => void;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly steps: NextSteps;
}

export function DecisionDialog(props: DecisionDialogProps) {
  const t = useTranslate(triageMessages);
  const words = usePatientWords();
  const formId = useId();
  const { kind, report, onClose, isBusy } = props;
  return (
    <Dialog
      open={kind !== null}
      onClose={onClose}
      size="m"
      title={kind ? t(`dialog_${kind}_title`, { name: words.name(report.entry.patient) }) : null}
      description={kind ? t(`dialog_${kind}_lead`) : undefined}
      actions={
        <>
          <Button size="l" onClick={onClose}>
            {t("dialog_back")}
          </Button>
          <Button type="submit" form={formId} size="l" variant="primary" busy={isBusy}>
            {kind ? t(`dialog_${kind}_confirm`) : null}
            <span className="flex gap-1 max-sm:hidden">
              <Kbd>Ctrl</Kbd>
              <Kbd>↵</Kbd>
            </span>
          </Button>
        </>
      }
    >
      {kind ? <DecisionForm key={kind} {...props} kind={kind} formId={formId} /> : null}
    </Dialog>
  );
}

function DecisionForm({ kind, report, draft, onDraft, onConfirm, isBusy, error, steps, formId }: DecisionDialogProps & {
  readonly kind: DialogKind;
  readonly formId: string;
}) {
  const t = useTranslate(triageMessages);
  const ui = useTranslate(uiMessages);
  const [isTried, setTried] = useState(false);
  const text = useRef<HTMLTextAreaElement>(null);
  const fault = faultOf(kind, draft);
  const { min, max } = LENGTH[kind];
  const length = lengthOf(draft.text);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // The choice comes before the words where there is one. After the dialog has opened, which moves the focus itself.
    const frame = requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>("input:not(:disabled), textarea")?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, []);
  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault === null && !isBusy) onConfirm();
    else if (fault !== "urgency_missing") text.current?.focus();
  };
  const isWrong = isTried && (fault === "too_short" || fault === "too_long");
  return (
    <form
      ref={form}
      id={formId}
      noValidate
      className="flex flex-col gap-5"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
      }}
    >
      {kind === "approve" ? (
        <p className="flex flex-wrap items-center gap-2">
          {t("approve_urgency")} <SeverityBadge severity={report.entry.urgency} size="l" />
          <span className="text-s text-ink-muted">{ui(`severity_hint_${report.entry.urgency}`)}</span>
        </p>
      ) : null}
      {kind === "override" ? (
        <UrgencyChoice report={report} draft={draft} onDraft={onDraft} isMissing={isTried && fault === "urgency_missing"} />
      ) : null}
      <Field
        label={t(`dialog_${kind}_label`)}
        hint={kind === "request_information" || kind === "approve" ? t(`hint_language_${languageOf(report.entry)}`) : undefined}
        required={min > 0}
        optional={min === 0}
        error={isWrong ? t(fault === "too_long" ? "fault_too_long" : "fault_too_short", { min, max }) : undefined}
      >
        <Textarea
          ref={text}
          rows={kind === "approve" ? 3 : 4}
          lang={kind === "request_information" || kind === "approve" ? report.entry.language : undefined}
          value={draft.text}
          onChange={(event) => onDraft({ ...draft, text: event.target.value })}
        />
        <p className={cn("tabular text-end text-xs", length > max ? "font-semibold text-danger" : "text-ink-muted")}>
          {length < min ? t("counter_min", { n: length, min }) : t("counter", { n: length, max })}
        </p>
      </Field>
      <ConflictNotice error={error} steps={steps} />
    </form>
  );
}

function UrgencyChoice({ report, draft, onDraft, isMissing }: {
  readonly report: ReportView;
  readonly draft: DecisionDraft;
  readonly onDraft: (draft: DecisionDraft) => void;
  readonly isMissing: boolean;
}) {
  const t = useTranslate(triageMessages);
  const ui = useTranslate(uiMessages);
  return (
    <fieldset aria-describedby={isMissing ? "urgency-missing" : undefined}>
      <legend className="mb-2 text-s font-semibold">{t("override_choose")}</legend>
      <div className="flex flex-col gap-1.5">
        {SEVERITIES.map((severity) => {
          const isCurrent = severity === report.entry.urgency;
          const isChosen = draft.urgency === severity;
          return (
            <label
              key={severity}
              className={cn(
                "flex min-h-11 items-center gap-3 rounded-m border px-3 py-1.5",
                isChosen ? cn(SEVERITY_LOOK[severity].edge, SEVERITY_LOOK[severity].surface) : "border-line",
                isCurrent && "opacity-70",
              )}
            >
              <input
                type="radio"
                name="urgency"
                value={severity}
                checked={isChosen}
                disabled={isCurrent}
                onChange={() => onDraft({ ...draft, urgency: severity })}
                className="size-4.5 shrink-0 accent-primary"
              />
              <span className="flex min-w-0 grow flex-wrap items-center gap-x-3 gap-y-0.5">
                <SeverityBadge severity={severity} size="l" />
                <span className="text-s text-ink-muted">{ui(`severity_hint_${severity}`)}</span>
              </span>
              {isCurrent ? <span className="text-xs text-ink">{t("override_current")}</span> : null}
            </label>
          );
        })}
      </div>
      {isMissing ? (
        <p id="urgency-missing" role="alert" className="mt-1.5 text-s text-danger">
          {t("fault_urgency_missing")}
        </p>
      ) : null}
    </fieldset>
  );
}
