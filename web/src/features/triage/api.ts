import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import {
  acknowledgeAlert as sendAcknowledge,
  approveReport as sendApprove,
  claimReport as sendClaim,
  escalateReport as sendEscalate,
  getReport,
  listAlerts,
  listMessages,
  listQueue,
  overrideReport as sendOverride,
  releaseReport as sendRelease,
  requestInformation as sendRequest,
  undoDecision as sendUndo,
} from "@/api/sdk.gen";
import type { ApproveIn, EscalateIn, OverrideIn, RequestInformationIn, UndoIn } from "@/api/types.gen";

import type { Language } from "@/lib/i18n";

import type { QueueFilter } from "./queue-filter";
import type { QueuePage, TakeOver, TranscriptMessage } from "./records";

const PAGE = 50;

export const QUEUE_KEY = ["triage", "queue"] as const;

export function queueQuery(filter: QueueFilter) {
  return infiniteQueryOptions({
    queryKey: [...QUEUE_KEY, filter] as const,
    queryFn: async ({ pageParam, signal }): Promise<QueuePage> => {
      const { data } = await listQueue({
        signal,
        query: {
          status: filter.status,
          urgency: filter.urgency.length > 0 ? [...filter.urgency] : undefined,
          complaint: filter.complaint ?? undefined,
          language: filter.language ?? undefined,
          mine: filter.owner === "mine" || undefined,
          unclaimed: filter.owner === "nobody" || undefined,
          q: filter.q || undefined,
          cursor: pageParam ?? undefined,
          limit: PAGE,
        },
      });
      return data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 5_000,
  });
}

export const alertsQuery = queryOptions({
  queryKey: ["triage", "alerts"],
  queryFn: async ({ signal }) => (await listAlerts({ signal })).data,
});

/** One report in every language that it was read in. */
export const reportKey = (report_id: string) => ["triage", "report", report_id] as const;

/** A report with its labels in the reader's language; while another one is read, the first stays on the screen. */
export function reportQuery(report_id: string, lang: Language) {
  return queryOptions({
    queryKey: [...reportKey(report_id), lang] as const,
    queryFn: async ({ signal }) => (await getReport({ path: { report_id }, query: { lang }, signal })).data,
    staleTime: 0,
    placeholderData: (previous) => (previous?.entry.id === report_id ? previous : undefined),
  });
}

const TRANSCRIPT_PAGE = 100;

export function transcriptQuery(conversation_id: string) {
  return queryOptions({
    queryKey: ["triage", "transcript", conversation_id] as const,
    queryFn: async ({ signal }) => {
      const messages: TranscriptMessage[] = [];
      for (;;) {
        const after = messages.at(-1)?.seq ?? 0;
        const { data } = await listMessages({ path: { conversation_id }, query: { after, limit: TRANSCRIPT_PAGE }, signal });
        messages.push(...data.items);
        if (data.items.length === 0 || (data.items.at(-1)?.seq ?? 0) >= data.last_seq) return messages;
      }
    },
    staleTime: 0,
  });
}

/** Which report, and the language that it is answered in. */
export interface On {
  readonly id: string;
  readonly lang: Language;
}

const on = ({ id, lang }: On) => ({ path: { report_id: id }, query: { lang } });

/** Without `take_over`, only what nobody holds; with it, from another nurse, which is kept in the audit trail. */
export const claimReport = async (report: On, take_over?: TakeOver) =>
  (await sendClaim({ ...on(report), body: take_over ? { take_over } : {} })).data;
export const releaseReport = async (report_id: string) => (await sendRelease({ path: { report_id } })).data;
export const approveReport = async (report: On, body: ApproveIn) => (await sendApprove({ ...on(report), body })).data;
export const overrideReport = async (report: On, body: OverrideIn) => (await sendOverride({ ...on(report), body })).data;
export const requestInformation = async (report: On, body: RequestInformationIn) =>
  (await sendRequest({ ...on(report), body })).data;
export const escalateReport = async (report: On, body: EscalateIn) => (await sendEscalate({ ...on(report), body })).data;
export const undoDecision = async (report: On, body: UndoIn) => (await sendUndo({ ...on(report), body })).data;
export const acknowledgeAlert = async (alert_id: string) => (await sendAcknowledge({ path: { alert_id } })).data;
