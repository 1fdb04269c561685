import { queryOptions } from "@tanstack/react-query";

import { request } from "@/lib/http";

export type ReportStatus =
  | "draft"
  | "submitted"
  | "in_review"
  | "awaiting_patient"
  | "reviewed"
  | "escalated"
  | "closed";

/** One line of "my reports"; no urgency, since a level without its reader is no answer. */
export interface MyReport {
  readonly id: string;
  readonly conversation_id: string;
  readonly status: ReportStatus;
  readonly complaint: string | null;
  readonly created_at: string;
  readonly submitted_at: string | null;
  readonly updated_at: string;
}

export const myReportsQuery = queryOptions({
  queryKey: ["my-reports"],
  queryFn: async ({ signal }) => {
    const page = await request<readonly MyReport[] | { items: readonly MyReport[] }>("GET", "/api/my/reports", { signal });
    return "items" in page ? page.items : page;
  },
});
