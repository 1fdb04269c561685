import type { Language } from "@/lib/i18n";
import { isSeverity, SEVERITIES, type Severity } from "@/ui/severity";

import type { QueueItem } from "./records";


export const VIEWS = ["open", "awaiting_patient", "escalated", "draft", "reviewed", "any"] as const;
export type View = (typeof VIEWS)[number];

export const COMPLAINTS = [
  "chest_pain",
  "palpitations",
  "breathlessness",
  "syncope_dizziness",
  "headache",
  "abdominal_pain",
  "fever",
  "back_pain",
  "general",
] as const;
export type Complaint = (typeof COMPLAINTS)[number];

export interface QueueFilter {
  readonly status: View;
  readonly urgency: readonly Severity[];
  readonly complaint: Complaint | null;
  readonly language: Language | null;
  readonly owner: "anyone" | "mine" | "nobody";
  /** A patient's whole name, or a report's reference. */
  readonly q: string;
}

export const EVERYTHING_OPEN: QueueFilter = {
  status: "open",
  urgency: [],
  complaint: null,
  language: null,
  owner: "anyone",
  q: "",
};

/** The filter as it stands in the address; what is at its default is left out. */
export interface QueueSearch {
  readonly status?: View;
  readonly urgency?: string;
  readonly complaint?: Complaint;
  readonly language?: Language;
  readonly owner?: "mine" | "nobody";
  readonly q?: string;
}

function oneOf<Value extends string>(values: readonly Value[], value: unknown): Value | undefined {
  return values.find((known) => known === value);
}

/** Read an address; anything unknown counts as not set. */
export function readSearch(search: Readonly<Record<string, unknown>>): QueueSearch {
  const urgency = typeof search.urgency === "string" ? search.urgency.split(".").filter(isSeverity) : [];
  return dropUnset({
    status: oneOf(VIEWS, search.status),
    urgency: urgency.join(".") || undefined,
    complaint: oneOf(COMPLAINTS, search.complaint),
    language: oneOf(["fr", "en"] as const, search.language),
    owner: oneOf(["mine", "nobody"] as const, search.owner),
    q: typeof search.q === "string" || typeof search.q === "number" ? String(search.q).slice(0, 200) : undefined,
  });
}

export function filterOf(search: QueueSearch): QueueFilter {
  const chosen = (search.urgency ?? "").split(".");
  return {
    status: search.status ?? "open",
    urgency: SEVERITIES.filter((severity) => chosen.includes(severity)),
    complaint: search.complaint ?? null,
    language: search.language ?? null,
    owner: search.owner ?? "anyone",
    q: search.q ?? "",
  };
}

export function searchOf(filter: QueueFilter): QueueSearch {
  return dropUnset({
    status: filter.status === "open" ? undefined : filter.status,
    urgency: filter.urgency.join(".") || undefined,
    complaint: filter.complaint ?? undefined,
    language: filter.language ?? undefined,
    owner: filter.owner === "anyone" ? undefined : filter.owner,
    q: filter.q || undefined,
  });
}

function dropUnset(search: { readonly [Key in keyof QueueSearch]: QueueSearch[Key] | undefined }): QueueSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ""));
}

/** How many of the filters beside the view are set. */
export function countSet(filter: QueueFilter): number {
  return (
    (filter.urgency.length > 0 ? 1 : 0) +
    (filter.complaint ? 1 : 0) +
    (filter.language ? 1 : 0) +
    (filter.owner === "anyone" ? 0 : 1) +
    (filter.q ? 1 : 0)
  );
}

export function isOpen(item: QueueItem): boolean {
  return (
    item.status === "submitted" ||
    item.status === "awaiting_patient" ||
    item.status === "escalated" ||
    (item.status === "draft" && item.urgency === "emergency")
  );
}

/**
 * Whether a changed report belongs into a filtered list; `undefined` when only the server can tell, since a name is
 * searched there by an index of whole names.
 */
export function matches(item: QueueItem, filter: QueueFilter, actorId: string | null): boolean | undefined {
  const inView = filter.status === "any" || (filter.status === "open" ? isOpen(item) : item.status === filter.status);
  if (!inView) return false;
  if (filter.urgency.length > 0 && !filter.urgency.includes(item.urgency)) return false;
  if (filter.complaint && item.complaint !== filter.complaint) return false;
  if (filter.language && item.language !== filter.language) return false;
  if (filter.owner === "mine" && item.claim?.user_id !== actorId) return false;
  if (filter.owner === "nobody" && item.claim) return false;
  return filter.q ? undefined : true;
}
