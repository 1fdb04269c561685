import type { ConversationState as Snapshot } from "@/api/types.gen";

/** Characters `[start, end)` of the message with this sequence number. */
export interface Source {
  readonly message_id: string;
  readonly seq: number;
  readonly start: number;
  readonly end: number;
}

export interface Detail {
  readonly text: string;
  readonly source: Source;
}

export interface Finding {
  readonly code: string;
  readonly label: string;
  readonly status: "present" | "unknown";
  readonly source: readonly Source[];
  readonly onset?: Detail | null;
  readonly duration?: Detail | null;
  readonly severity?: Detail | null;
  readonly course?: Detail | null;
}

export interface Labelled {
  readonly code?: string;
  readonly label: string;
  readonly source: Source | readonly Source[];
}

export interface Medication {
  readonly name: string;
  readonly dose?: string | null;
  readonly frequency?: string | null;
  readonly confirmed?: boolean | null;
  readonly source: Source;
}

export interface Vital {
  readonly kind: string;
  readonly value: number;
  readonly unit: string;
  readonly source: Source;
}

export type StatedStatus = "stated" | "none_known" | "not_asked" | "unknown";

/** The part of the report that its own patient sees: no urgency, no rules, nothing to interpret. */
export interface Understood {
  readonly chief_complaint?: { readonly text: string; readonly source: Source } | null;
  readonly findings?: readonly Finding[];
  readonly negatives?: readonly Labelled[];
  readonly history?: readonly Labelled[];
  readonly medications?: readonly Medication[];
  readonly medications_status?: StatedStatus;
  readonly allergies?: readonly Labelled[];
  readonly allergies_status?: StatedStatus;
  readonly vitals?: readonly Vital[];
  readonly gaps?: readonly { readonly code: string; readonly label: string }[];
}

/** The snapshot as the server sends it, with the part that the API leaves open spelled out. */
export type ConversationState = Omit<Snapshot, "understood"> & { readonly understood: Understood | null };

export type ReportStatus = NonNullable<Snapshot["report_status"]>;

/** Which question is open, counted from one, and how many there are at most; nothing while none is asked. */
export function currentQuestion(snapshot: ConversationState | null) {
  if (!snapshot?.progress || snapshot.pending_question === null || isSent(snapshot.report_status)) return null;
  const { asked, of } = snapshot.progress;
  return { asked: Math.min(asked + 1, of), of };
}

/** A nurse has looked and found no emergency: what they wrote is then what the patient needs to see. */
export function isEmergencyLifted(snapshot: ConversationState | null): boolean {
  const report = snapshot?.report;
  return Boolean(report && report.reviewed_at !== null && report.urgency !== "emergency");
}

/** A report that has left the patient's hands. */
export function isSent(status: ReportStatus | null | undefined): status is Exclude<ReportStatus, "draft"> {
  return status !== null && status !== undefined && status !== "draft";
}
