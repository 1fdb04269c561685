import { FilterX, Inbox } from "lucide-react";
import { Fragment, type ReactNode } from "react";

import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { uiMessages } from "@/ui/messages";

import { triageMessages } from "./messages";
import { countSet, type QueueFilter } from "./queue-filter";
import { groupByUrgency } from "./queue-order";
import type { QueueItem } from "./records";

export function QueueList({ items, filter, hasMore, card }: {
  readonly items: readonly QueueItem[];
  readonly filter: QueueFilter;
  readonly hasMore: boolean;
  readonly card: (item: QueueItem) => ReactNode;
}) {
  const t = useTranslate(triageMessages);
  const ui = useTranslate(uiMessages);
  if (filter.status !== "open") {
    return <ol className="flex flex-col gap-3">{items.map((item) => <Fragment key={item.id}>{card(item)}</Fragment>)}</ol>;
  }
  const groups = groupByUrgency(items);
  return (
    <div className="flex flex-col gap-7">
      {groups.map((group, index) => {
        const isCut = hasMore && index === groups.length - 1;
        return (
          <section key={group.urgency} aria-labelledby={`group-${group.urgency}`}>
            <h2 id={`group-${group.urgency}`} className="mb-2.5 flex items-baseline gap-2 text-s font-semibold">
              {ui(`severity_${group.urgency}`)}
              <span className="tabular font-normal text-ink-muted">
                {isCut ? t("at_least", { n: group.items.length }) : group.items.length}
              </span>
              <span className="font-normal text-ink-muted max-sm:hidden">· {ui(`severity_hint_${group.urgency}`)}</span>
            </h2>
            <ol className="flex flex-col gap-3">
              {group.items.map((item) => (
                <Fragment key={item.id}>{card(item)}</Fragment>
              ))}
            </ol>
          </section>
        );
      })}
    </div>
  );
}

/** Nothing waits, or nothing fits the filters: two different things to know. */
export function QueueEmpty({ filter, onClear }: { readonly filter: QueueFilter; readonly onClear: () => void }) {
  const t = useTranslate(triageMessages);
  if (countSet(filter) > 0) {
    return (
      <EmptyState icon={FilterX} title={t("empty_filtered")} action={<Button onClick={onClear}>{t("filters_clear")}</Button>}>
        {t(filter.q ? "empty_search_text" : "empty_filtered_text")}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Inbox} title={t(`empty_${filter.status}`)}>
      {filter.status === "open" ? t("empty_open_text") : null}
    </EmptyState>
  );
}
