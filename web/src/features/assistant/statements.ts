import type { MarkedSpan } from "@/ui/marked-text";

import type { Detail, Finding, Source, Understood } from "./conversation-state";

/** One line of the panel and the words it was read from. */
export interface Statement {
  readonly id: string;
  readonly text: string;
  readonly details?: readonly { readonly name: DetailName; readonly text: string }[];
  /** What was measured, for a measurement. */
  readonly kind?: string;
  readonly sources: readonly Source[];
  readonly isUnconfirmed?: boolean;
}

export const DETAILS = ["onset", "duration", "severity", "course"] as const;
export type DetailName = (typeof DETAILS)[number];

export type GroupName = "findings" | "negatives" | "history" | "medications" | "allergies" | "vitals";

export interface Group {
  readonly name: GroupName;
  readonly statements: readonly Statement[];
}

function listOf(source: Source | readonly Source[] | null | undefined): readonly Source[] {
  if (!source) return [];
  return Array.isArray(source) ? (source as readonly Source[]) : [source as Source];
}

function detailsOf(finding: Finding): readonly (Detail & { readonly name: DetailName })[] {
  return DETAILS.flatMap((name) => {
    const detail = finding[name];
    return detail ? [{ ...detail, name }] : [];
  });
}

/** The lines of the panel, by group, in the order in which a person would tell them. Empty groups are left out. */
export function statementGroups(understood: Understood): readonly Group[] {
  const groups: Group[] = [
    {
      name: "findings",
      statements: (understood.findings ?? []).map((finding, index) => {
        const details = detailsOf(finding);
        return {
          id: `finding:${index}`,
          text: finding.label,
          details: details.map(({ name, text }) => ({ name, text })),
          sources: [...listOf(finding.source), ...details.map((detail) => detail.source)],
        };
      }),
    },
    { name: "negatives", statements: labelled("negative", understood.negatives) },
    {
      name: "vitals",
      statements: (understood.vitals ?? []).map((vital, index) => ({
        id: `vital:${index}`,
        text: `${vital.value} ${vital.unit}`,
        kind: vital.kind,
        sources: listOf(vital.source),
      })),
    },
    { name: "history", statements: labelled("history", understood.history) },
    {
      name: "medications",
      statements: (understood.medications ?? []).map((medication, index) => ({
        id: `medication:${index}`,
        text: [medication.name, medication.dose, medication.frequency].filter(Boolean).join(", "),
        sources: listOf(medication.source),
        isUnconfirmed: medication.confirmed !== true,
      })),
    },
    { name: "allergies", statements: labelled("allergy", understood.allergies) },
  ];
  return groups.filter((group) => group.statements.length > 0);
}

function labelled(kind: string, items: Understood["negatives"]): readonly Statement[] {
  return (items ?? []).map((item, index) => ({
    id: `${kind}:${index}`,
    text: item.label,
    sources: listOf(item.source),
  }));
}

/** The passages of every statement, by message: what the thread can highlight. */
export function spansByMessage(groups: readonly Group[]): ReadonlyMap<number, readonly MarkedSpan[]> {
  const spans = new Map<number, MarkedSpan[]>();
  for (const statement of groups.flatMap((group) => group.statements)) {
    for (const { seq, start, end } of statement.sources) {
      const list = spans.get(seq) ?? [];
      list.push({ id: statement.id, start, end });
      spans.set(seq, list);
    }
  }
  return spans;
}
