import { SEVERITIES, type Severity } from "@/ui/severity";

import { isOpen, matches, type QueueFilter } from "./queue-filter";
import type { QueueItem, QueuePage } from "./records";

/** A change of the queue as the server streams it. */
export interface QueueChange {
  readonly changed: readonly QueueItem[];
  readonly removed: readonly string[];
  /** Too much has happened: the list has to be asked for again. */
  readonly reload: boolean;
}

const PENALTIES: Partial<Record<QueueItem["status"], number>> = { awaiting_patient: 5, escalated: 3 };

// The same number as `triage.priorities` on the server: an emergency that nobody has acknowledged stands above
// everything; what was passed on, or waits for its patient, stands behind the others of its urgency.
export function priority(item: Pick<QueueItem, "urgency" | "status" | "alert_id">): number {
  if (item.urgency === "emergency" && item.alert_id !== null) return -1;
  return 10 * SEVERITIES.indexOf(item.urgency) + (PENALTIES[item.status] ?? 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Most pressing first, then longest waiting. */
export function byPriority(a: QueueItem, b: QueueItem): number {
  return (
    priority(a) - priority(b) ||
    Date.parse(a.waiting_since) - Date.parse(b.waiting_since) ||
    compareText(a.id, b.id)
  );
}

function byReview(a: QueueItem, b: QueueItem): number {
  return Date.parse(b.reviewed_at ?? "") - Date.parse(a.reviewed_at ?? "") || compareText(b.id, a.id);
}

function byNewest(a: QueueItem, b: QueueItem): number {
  return compareText(b.id, a.id);
}

export function orderOf(filter: QueueFilter): (a: QueueItem, b: QueueItem) => number {
  if (filter.status === "reviewed") return byReview;
  return filter.status === "any" || filter.status === "draft" ? byNewest : byPriority;
}

export interface Merged {
  readonly pages: readonly QueuePage[];
  /** Something changed that only the server can place. */
  readonly mustReload: boolean;
}

/**
 * Take a streamed change into the loaded pages of a filtered list.
 *
 * What sorts behind the last loaded line of a list that goes on is left out: it comes with its page.
 */
export function mergeChange(
  pages: readonly QueuePage[],
  change: QueueChange,
  filter: QueueFilter,
  actorId: string | null,
): Merged {
  const loaded = pages.flatMap((page) => page.items);
  const known = new Set(loaded.map((item) => item.id));
  const gone = new Set(change.removed);
  const fresh = new Map(change.changed.map((item) => [item.id, item]));
  const order = orderOf(filter);
  let mustReload = change.reload;

  // The stream only speaks of what is open: a decided report leaves it, but stays in the lists of decided reports.
  const drops = (item: QueueItem) => gone.has(item.id) && (filter.status === "open" || isOpen(item));
  if (filter.status !== "open" && change.removed.length > 0) mustReload = true;
  const kept = loaded.flatMap((item) => {
    if (drops(item)) return [];
    const next = fresh.get(item.id);
    if (!next) return [item];
    return matches(next, filter, actorId) === false ? [] : [next];
  });
  const added = change.changed.filter((item) => !known.has(item.id) && !gone.has(item.id)).filter((item) => {
    const belongs = matches(item, filter, actorId);
    if (belongs === undefined) mustReload = true;
    return belongs === true;
  });

  const end = loaded.at(-1);
  const goesOn = Boolean(pages.at(-1)?.next_cursor);
  const items = [...kept, ...added]
    .sort(order)
    .filter((item) => !goesOn || !end || known.has(item.id) || order(item, end) <= 0);
  return { pages: intoPages(pages, items), mustReload };
}

/** The first page takes what is new; only the ends of pages matter, which the cursors keep. */
function intoPages(pages: readonly QueuePage[], items: readonly QueueItem[]): readonly QueuePage[] {
  let rest = items;
  return pages.map((page, index) => {
    const isLast = index === pages.length - 1;
    const own = isLast ? rest : rest.slice(0, page.items.length);
    rest = rest.slice(own.length);
    return { ...page, items: own };
  });
}

export interface UrgencyGroup {
  readonly urgency: Severity;
  readonly items: readonly QueueItem[];
}

/** Consecutive lines of one urgency under one heading. */
export function groupByUrgency(items: readonly QueueItem[]): readonly UrgencyGroup[] {
  const groups: { urgency: Severity; items: QueueItem[] }[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last?.urgency === item.urgency) last.items.push(item);
    else groups.push({ urgency: item.urgency, items: [item] });
  }
  return groups;
}
