import type { GetReportResponse, ParOut, QueueItemOut } from "@/api/types.gen";

/** Made-up reports for tests of the staff side. */

const NOW = "2026-11-20T10:00:00Z";

export function queueItem(part: Partial<QueueItemOut> & { readonly id: string }): QueueItemOut {
  return {
    reference: "SNR8JZ78",
    conversation_id: `conversation-${part.id}`,
    patient: { id: `patient-${part.id}`, name: "Lucien Barbier", birth_date: "1983-06-27", age: 43, sex: "male" },
    status: "submitted",
    urgency: "soon",
    assessed_urgency: "soon",
    complaint: "headache",
    words: "J’ai mal à la tête depuis deux jours",
    language: "fr",
    flag_ids: [],
    version: 3,
    waiting_since: "2026-11-20T09:30:00Z",
    target_at: "2026-11-20T13:30:00Z",
    answered_at: null,
    submitted_at: "2026-11-20T09:30:00Z",
    reviewed_at: null,
    claim: null,
    alert_id: null,
    alert_round: null,
    ...part,
  };
}

export function queuePage(items: readonly QueueItemOut[], next_cursor: string | null = null) {
  return { items: [...items], next_cursor, now: NOW };
}

const source = (seq: number, start: number, end: number) => ({ message_id: `m${seq}`, seq, start, end });

export function par(part: Partial<ParOut> = {}): ParOut {
  return {
    version: 1,
    lang: "fr",
    complaint: { code: "headache", label: "Mal de tête" },
    complaints: [{ code: "headache", label: "Mal de tête" }],
    chief_complaint: { text: "J’ai mal à la tête depuis deux jours. Pas de fièvre.", source: source(2, 0, 52) },
    findings: [
      {
        code: "headache",
        label: "Mal de tête",
        status: "present",
        source: [source(2, 5, 18)],
        onset: null,
        duration: { text: "depuis deux jours", source: source(2, 19, 36), value: 2880, unit: "min" },
        severity: null,
        course: null,
      },
    ],
    negatives: [{ code: "fever", label: "Fièvre", source: [source(2, 38, 51)] }],
    history: [],
    medications: [
      {
        code: "ramipril",
        name: "ramipril",
        source: source(4, 0, 8),
        drug_class: "ace_inhibitor",
        dose: "5 mg",
        frequency: null,
        confirmed: null,
        is_taken: true,
      } as ParOut["medications"][number],
    ],
    medications_status: "stated",
    allergies: [],
    allergies_status: "not_asked",
    vitals: [],
    age: 43,
    sex: "male",
    red_flags: [],
    suppressed: [],
    corrections: [],
    urgency: "soon",
    reasons: [{ id: "U00", text: "Une consultation dans les jours qui viennent.", source: [], reference: null }],
    gaps: [{ code: "course", label: "Évolution", question_id: "core.course" }],
    summary: "Homme de 43 ans. Motif : mal de tête.",
    engine_versions: { facts: "1" },
    ...part,
  };
}

export function reportView(part: Partial<GetReportResponse> = {}): GetReportResponse {
  return {
    entry: queueItem({ id: "r1" }),
    content: par(),
    through_seq: 4,
    decisions: [],
    versions: [],
    alerts: [],
    undo_until: null,
    now: NOW,
    ...part,
  };
}

export const TRANSCRIPT = {
  last_seq: 4,
  items: [
    message(1, "assistant", "Que se passe-t-il ?"),
    message(2, "patient", "J’ai mal à la tête depuis deux jours. Pas de fièvre."),
    message(3, "assistant", "Prenez-vous un traitement ?"),
    message(4, "patient", "Ramipril 5 mg"),
  ],
};

function message(seq: number, role: string, text: string) {
  return {
    id: `m${seq}`,
    seq,
    role,
    kind: "text",
    text,
    question_id: null,
    why: null,
    quick_replies: [],
    client_msg_id: null,
    answers_seq: null,
    created_at: "2026-11-20T09:30:00Z",
  };
}

export const FIGURES = {
  as_of: NOW,
  open_by_urgency: { emergency: 0, urgent: 0, soon: 1, routine: 0, self_care: 0 },
  by_status: { submitted: 1 },
  waiting: { count: 1, p50_s: 1_800, p90_s: 1_800, oldest_s: 1_800, within_target_share: 1 },
  unacknowledged_emergencies: 0,
  oldest_unacknowledged_s: null,
  reviews: [24, 168].map((hours) => ({
    hours,
    submitted: 1,
    decided: 0,
    overridden: 0,
    raised: 0,
    lowered: 0,
    agreement_share: null,
    within_target_share: null,
    time_to_review_p50_s: null,
    time_to_review_p90_s: null,
    acknowledged: 0,
    time_to_acknowledge_p50_s: null,
    time_to_acknowledge_p90_s: null,
  })),
};
