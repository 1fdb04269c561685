import type { MarkedSpan } from "@/ui/marked-text";

import type { Detail, Par, Source } from "./par";

/** One line of the report and the words of the patient that it was read from. */
export interface Statement {
  readonly id: string;
  readonly text: string;
  readonly sources: readonly Source[];
}

export interface FindingStatement extends Statement {
  readonly isUnknown: boolean;
  readonly details: readonly { readonly kind: "onset" | "duration" | "severity" | "course"; readonly text: string }[];
}

export interface MedicationStatement extends Statement {
  readonly confirmed: boolean | null;
  readonly isStopped: boolean;
}

export interface FlagStatement extends Statement {
  readonly flagId: string;
  readonly level: "emergency" | "urgent" | "ask";
  readonly reference: string;
}

export interface ReportStatements {
  readonly complaint: Statement | null;
  readonly flags: readonly FlagStatement[];
  readonly reasons: readonly (Statement & { readonly ruleId: string; readonly reference: string | null })[];
  readonly findings: readonly FindingStatement[];
  readonly negatives: readonly Statement[];
  readonly vitals: readonly (Statement & { readonly kind: string; readonly confirmed: boolean | null })[];
  readonly history: readonly (Statement & { readonly isFamily: boolean })[];
  readonly medications: readonly MedicationStatement[];
  readonly allergies: readonly Statement[];
  readonly corrections: readonly (Statement & { readonly isQuote: boolean })[];
}

const DETAILS = ["onset", "duration", "severity", "course"] as const;

/** Everything the report says, as lines with their places in the transcript. */
export function statementsOf(par: Par): ReportStatements {
  return {
    complaint: par.chief_complaint
      ? { id: "complaint", text: par.chief_complaint.text, sources: [par.chief_complaint.source] }
      : null,
    flags: par.red_flags.map((flag, index) => ({
      id: `flag:${index}`,
      flagId: flag.id,
      text: flag.label,
      level: flag.level,
      reference: flag.reference,
      sources: flag.source,
    })),
    // A flag that decided the urgency is a reason too; it is said once.
    reasons: par.reasons.filter((reason) => !par.red_flags.some((flag) => flag.id === reason.id)).map((reason, index) => ({
      id: `reason:${index}`,
      ruleId: reason.id,
      text: reason.text,
      reference: reason.reference ?? null,
      sources: reason.source ?? [],
    })),
    findings: par.findings.map((finding, index) => {
      const known = DETAILS.flatMap((kind) => {
        const detail: Detail | null = finding[kind];
        return detail ? [{ kind, text: detail.text, source: detail.source }] : [];
      });
      return {
        id: `finding:${index}`,
        text: finding.label,
        isUnknown: finding.status === "unknown",
        details: known.map(({ kind, text }) => ({ kind, text })),
        sources: [...finding.source, ...known.map(({ source }) => source)],
      };
    }),
    negatives: par.negatives.map((item, index) => ({ id: `negative:${index}`, text: item.label, sources: item.source })),
    vitals: par.vitals.map((vital, index) => ({
      id: `vital:${index}`,
      kind: vital.kind,
      text: `${vital.value} ${vital.unit}`,
      confirmed: vital.confirmed ?? null,
      sources: [vital.source],
    })),
    history: par.history.map((item, index) => ({
      id: `history:${index}`,
      text: item.label,
      isFamily: item.subject === "family",
      sources: [item.source],
    })),
    medications: par.medications.map((drug, index) => ({
      id: `medication:${index}`,
      text: [drug.name, drug.dose, drug.frequency].filter(Boolean).join(", "),
      confirmed: drug.confirmed,
      isStopped: "is_taken" in drug && drug.is_taken === false,
      sources: [drug.source],
    })),
    allergies: par.allergies.map((item, index) => ({ id: `allergy:${index}`, text: item.label, sources: [item.source] })),
    corrections: (par.corrections ?? []).map((item, index) => ({
      id: `correction:${index}`,
      text: item.text,
      isQuote: (item.code ?? null) === null,
      sources: [item.source],
    })),
  };
}

export function allStatements(statements: ReportStatements): readonly Statement[] {
  const { complaint, ...groups } = statements;
  return [...(complaint ? [complaint] : []), ...Object.values(groups).flat()];
}

/** Statements that repeat a whole message would mark all of it: they are marked only while they are looked at. */
function isWhole(id: string): boolean {
  return id === "complaint" || id.startsWith("correction:");
}

/** The passages of every statement, by the number of the message they stand in. */
export function spansBySeq(
  statements: readonly Statement[],
  active: ReadonlySet<string>,
): ReadonlyMap<number, readonly MarkedSpan[]> {
  const spans = new Map<number, MarkedSpan[]>();
  for (const { id, sources } of statements) {
    if (isWhole(id) && !active.has(id)) continue;
    for (const { seq, start, end } of sources) {
      const list = spans.get(seq) ?? [];
      list.push({ id, start, end });
      spans.set(seq, list);
    }
  }
  return spans;
}

/** The statements that were read from one message, in the order of the report. */
export function statementsFrom(statements: readonly Statement[], seq: number): readonly string[] {
  return statements.filter((statement) => statement.sources.some((source) => source.seq === seq)).map(({ id }) => id);
}

/** Where to look first: the earliest passage of a statement. */
export function firstPlace(statement: Statement): Source | undefined {
  return [...statement.sources].sort((a, b) => a.seq - b.seq || a.start - b.start)[0];
}
