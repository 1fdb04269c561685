import type { Language } from "@/lib/i18n";
import type { Severity } from "@/ui/severity";

import { approveReport, escalateReport, overrideReport, requestInformation } from "./api";
import type { ReportStatus, ReportView } from "./records";

export type DialogKind = "approve" | "override" | "request_information" | "escalate";

/** What a nurse has typed so far; kept until the decision stands, whatever fails on the way. */
export interface DecisionDraft {
  readonly text: string;
  readonly urgency: Severity | null;
}

export const EMPTY_DRAFT: DecisionDraft = { text: "", urgency: null };

/** The bounds that the server enforces, in characters after trimming. */
export const LENGTH: Readonly<Record<DialogKind, { readonly min: number; readonly max: number }>> = {
  approve: { min: 0, max: 2000 },
  override: { min: 10, max: 1000 },
  request_information: { min: 3, max: 1000 },
  escalate: { min: 10, max: 1000 },
};

export type Fault = "too_short" | "too_long" | "urgency_missing";

/** Length as the server counts it: in code points, without the blanks around. */
export function lengthOf(text: string): number {
  return Array.from(text.trim()).length;
}

export function faultOf(kind: DialogKind, draft: DecisionDraft): Fault | null {
  if (kind === "override" && draft.urgency === null) return "urgency_missing";
  const { min, max } = LENGTH[kind];
  const length = lengthOf(draft.text);
  if (length < min) return "too_short";
  return length > max ? "too_long" : null;
}

/** Decide on the version that was looked at. */
export function decide(report: ReportView, kind: DialogKind, draft: DecisionDraft, lang: Language): Promise<ReportView> {
  const { id, version: report_version } = report.entry;
  const on = { id, lang };
  const text = draft.text.trim();
  switch (kind) {
    case "approve":
      return approveReport(on, text ? { report_version, note: text } : { report_version });
    case "override":
      return overrideReport(on, { report_version, urgency: draft.urgency ?? report.entry.urgency, reason: text });
    case "request_information":
      return requestInformation(on, { report_version, question: text });
    case "escalate":
      return escalateReport(on, { report_version, reason: text });
  }
}

/** Whether a nurse may decide on a report now. */
export function isDecidable(entry: { readonly status: ReportStatus; readonly urgency: Severity }): boolean {
  if (entry.status === "closed") return false;
  return entry.status !== "draft" || entry.urgency === "emergency";
}
