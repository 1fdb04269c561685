import { describe, expect, it } from "vitest";

import { queueItem, queuePage } from "@/test/triage-data";

import { EVERYTHING_OPEN, type QueueFilter } from "./queue-filter";
import { byPriority, groupByUrgency, mergeChange } from "./queue-order";

const ME = "me";
const since = (time: string) => ({ waiting_since: `2026-11-20T${time}Z` });
const ids = (pages: readonly { readonly items: readonly { readonly id: string }[] }[]) =>
  pages.flatMap((page) => page.items.map((item) => item.id));
const change = (part: Partial<Parameters<typeof mergeChange>[1]>) => ({ changed: [], removed: [], reload: false, ...part });
const merge = (pages: Parameters<typeof mergeChange>[0], part: Partial<Parameters<typeof mergeChange>[1]>, filter: Partial<QueueFilter> = {}) =>
  mergeChange(pages, change(part), { ...EVERYTHING_OPEN, ...filter }, ME);

describe("the order of the queue", () => {
  it("puts the most pressing first, then the longest waiting", () => {
    const items = [
      queueItem({ id: "d", urgency: "soon", ...since("08:00:00") }),
      queueItem({ id: "b", urgency: "emergency", ...since("09:30:00") }),
      queueItem({ id: "c", urgency: "urgent", ...since("09:00:00") }),
      queueItem({ id: "a", urgency: "emergency", ...since("09:00:00") }),
    ];
    expect([...items].sort(byPriority).map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  });

  it("puts an emergency that nobody has acknowledged above one that somebody has", () => {
    const items = [
      queueItem({ id: "passed on", urgency: "emergency", status: "escalated", alert_id: null, ...since("07:00:00") }),
      queueItem({ id: "known", urgency: "emergency", alert_id: null, ...since("08:00:00") }),
      queueItem({ id: "new", urgency: "emergency", alert_id: "alert", ...since("09:00:00") }),
    ];
    expect([...items].sort(byPriority).map(({ id }) => id)).toEqual(["new", "known", "passed on"]);
  });

  it("puts what waits for its patient behind its urgency and before the next", () => {
    const items = [
      queueItem({ id: "soon", urgency: "soon", ...since("07:00:00") }),
      queueItem({ id: "asked", urgency: "urgent", status: "awaiting_patient", ...since("07:00:00") }),
      queueItem({ id: "urgent", urgency: "urgent", ...since("09:00:00") }),
    ];
    expect([...items].sort(byPriority).map(({ id }) => id)).toEqual(["urgent", "asked", "soon"]);
  });

  it("groups neighbours of one urgency", () => {
    const items = [queueItem({ id: "a", urgency: "urgent" }), queueItem({ id: "b", urgency: "urgent" }), queueItem({ id: "c" })];
    expect(groupByUrgency(items).map((group) => [group.urgency, group.items.length])).toEqual([
      ["urgent", 2],
      ["soon", 1],
    ]);
  });
});

describe("a streamed change", () => {
  const pages = [queuePage([queueItem({ id: "a", urgency: "urgent" }), queueItem({ id: "b" })])];

  it("puts a new emergency on top", () => {
    expect(ids(merge(pages, { changed: [queueItem({ id: "x", urgency: "emergency" })] }).pages)).toEqual(["x", "a", "b"]);
  });

  it("replaces a known line and moves it to its place", () => {
    const merged = merge(pages, { changed: [queueItem({ id: "b", urgency: "emergency", version: 9 })] });
    expect(ids(merged.pages)).toEqual(["b", "a"]);
    expect(merged.pages[0]?.items[0]?.version).toBe(9);
  });

  it("takes out what left", () => {
    expect(ids(merge(pages, { removed: ["a"] }).pages)).toEqual(["b"]);
  });

  it("takes out what no longer fits the filter", () => {
    const claimed = queueItem({ id: "a", urgency: "urgent", claim: { user_id: "tom", owner_name: "Tom", claimed_at: "", is_idle: false } });
    expect(ids(merge(pages, { changed: [claimed] }, { owner: "nobody" }).pages)).toEqual(["b"]);
    expect(ids(merge(pages, { changed: [claimed] }, { owner: "mine" }).pages)).toEqual(["b"]);
  });

  it("does not show what the filter hides", () => {
    expect(ids(merge(pages, { changed: [queueItem({ id: "x", language: "en" })] }, { language: "fr" }).pages)).toEqual(["a", "b"]);
  });

  it("leaves a draft out of the open list unless it is an emergency", () => {
    const draft = queueItem({ id: "x", status: "draft" });
    expect(ids(merge(pages, { changed: [draft] }).pages)).toEqual(["a", "b"]);
    expect(ids(merge(pages, { changed: [{ ...draft, urgency: "emergency" }] }).pages)).toEqual(["x", "a", "b"]);
  });

  it("leaves out what belongs behind the last loaded line of a list that goes on", () => {
    const cut = [queuePage([queueItem({ id: "a", urgency: "urgent" })], "more")];
    expect(ids(merge(cut, { changed: [queueItem({ id: "z", urgency: "routine" })] }).pages)).toEqual(["a"]);
    expect(ids(merge(cut, { changed: [queueItem({ id: "x", urgency: "emergency" })] }).pages)).toEqual(["x", "a"]);
  });

  it("keeps the pages and their cursors", () => {
    const two = [queuePage([queueItem({ id: "a", urgency: "urgent" })], "c1"), queuePage([queueItem({ id: "b" })], "c2")];
    const merged = merge(two, { changed: [queueItem({ id: "x", urgency: "emergency" })] });
    expect(merged.pages.map((page) => page.next_cursor)).toEqual(["c1", "c2"]);
    expect(ids(merged.pages)).toEqual(["x", "a", "b"]);
  });

  it("asks the server when only the server can tell", () => {
    expect(merge(pages, { changed: [queueItem({ id: "x" })] }, { q: "Lucien Barbier" }).mustReload).toBe(true);
    expect(merge(pages, { reload: true }).mustReload).toBe(true);
    expect(merge(pages, { changed: [queueItem({ id: "x" })] }).mustReload).toBe(false);
  });

  it("keeps a decided report in the list of decided ones when it leaves the open ones", () => {
    const done = [queuePage([queueItem({ id: "a", status: "reviewed", reviewed_at: "2026-11-20T09:00:00Z" })])];
    const merged = merge(done, { removed: ["a", "b"] }, { status: "reviewed" });
    expect(ids(merged.pages)).toEqual(["a"]);
    expect(merged.mustReload).toBe(true);
  });
});
