import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { queueQuery } from "./api";
import type { QueueFilter } from "./queue-filter";
import type { QueueItem } from "./records";
import { skewOf } from "./waiting";

/** A filtered list with everything loaded so far in one piece, and how wrong this browser's clock is. */
export function useQueue(filter: QueueFilter) {
  const query = useInfiniteQuery(queueQuery(filter));
  const items = useMemo<readonly QueueItem[]>(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  // Told apart from later updates by the page's own time, so that a streamed change does not look like a wrong clock.
  const now = query.data?.pages[0]?.now;
  const skew_ms = useMemo(() => skewOf(now, Date.now()), [now]);
  return { query, items, skew_ms };
}
