import { Keyboard } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";

import { useTranslate } from "@/lib/i18n";
import { hasRole, type SessionActor } from "@/lib/session";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { SkeletonList } from "@/ui/skeleton";

import { KeyboardHelp } from "./keyboard-help";
import { LiveIndicator } from "./live-indicator";
import { useDrafts } from "./live-queue";
import { triageMessages } from "./messages";
import { QueueCard } from "./queue-card";
import { EVERYTHING_OPEN, filterOf, type QueueFilter, type QueueSearch, searchOf } from "./queue-filter";
import { QueueFilters } from "./queue-filters";
import { QueueEmpty, QueueList } from "./queue-list";
import type { QueueItem } from "./records";
import { SoundControl } from "./sound-control";
import { useClaim } from "./use-claim";
import { useKeys } from "./use-keys";
import { useQueue } from "./use-queue";
import { useStaffTitle } from "./use-staff-title";

export function QueuePage({ actor, search, onSearch, figures }: {
  readonly actor: SessionActor;
  readonly search: QueueSearch;
  readonly onSearch: (search: QueueSearch) => void;
  readonly figures?: ReactNode;
}) {
  const t = useTranslate(triageMessages);
  const filter = useMemo(() => filterOf(search), [search]);
  const { query, items, skew_ms } = useQueue(filter);
  const claim = useClaim();
  const canClaim = hasRole(actor, "nurse");
  const list = useRef<HTMLDivElement>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const [isHelpShown, setHelpShown] = useState(false);
  useStaffTitle(t("queue_title"));
  useDrafts(filter.status === "draft" || filter.status === "any");
  useKeys("queue", {
    next: () => moveFocus(list.current, 1),
    previous: () => moveFocus(list.current, -1),
    open: () => focusedLink(list.current)?.click(),
    claim: () => {
      const item = items.find((one) => one.id === focusedLink(list.current)?.dataset.queueLink);
      if (item && canClaim && !item.claim) claim.take(item);
    },
    search: () => searchBox.current?.focus(),
    help: () => setHelpShown(true),
  });
  const setFilter = (next: QueueFilter) => onSearch(searchOf(next));
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <h1 className="display text-2xl">{t("queue_title")}</h1>
        <LiveIndicator />
        <div className="ms-auto flex items-center gap-1">
          <SoundControl />
          <Button variant="ghost" aria-label={t("keys_title")} className="max-sm:hidden" onClick={() => setHelpShown(true)}>
            <Keyboard aria-hidden className="size-4.5" />
          </Button>
        </div>
      </header>
      {figures}
      <QueueFilters filter={filter} canClaim={canClaim} onChange={setFilter} searchRef={searchBox} />
      <div ref={list}>
        {query.isPending ? <SkeletonList rows={5} /> : null}
        {query.isError && !query.data ? (
          <ErrorState
            title={t("queue_failed")}
            problem={query.error}
            retrying={query.isFetching}
            onRetry={() => void query.refetch()}
          />
        ) : null}
        {query.data && items.length === 0 ? (
          <QueueEmpty filter={filter} onClear={() => setFilter({ ...EVERYTHING_OPEN, status: filter.status })} />
        ) : null}
        {items.length > 0 ? (
          <QueueList
            items={items}
            filter={filter}
            hasMore={query.hasNextPage}
            card={(item: QueueItem) => (
              <QueueCard
                item={item}
                skew_ms={skew_ms}
                actorId={actor.id}
                canClaim={canClaim}
                isBusy={claim.busyId === item.id}
                onClaim={claim.take}
              />
            )}
          />
        ) : null}
        {query.hasNextPage ? (
          <div className="mt-5 flex justify-center">
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("show_more")}
            </Button>
          </div>
        ) : null}
      </div>
      <KeyboardHelp open={isHelpShown} onClose={() => setHelpShown(false)} scope="queue" />
    </div>
  );
}

function links(list: HTMLElement | null): readonly HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("[data-queue-link]") ?? [])];
}

function focusedLink(list: HTMLElement | null): HTMLElement | undefined {
  const card = document.activeElement?.closest("li");
  return links(list).find((link) => card?.contains(link));
}

function moveFocus(list: HTMLElement | null, by: 1 | -1): void {
  const all = links(list);
  const current = focusedLink(list);
  const from = current ? all.indexOf(current) : by === 1 ? -1 : all.length;
  const target = all[Math.min(all.length - 1, Math.max(0, from + by))];
  target?.focus();
  target?.closest("li")?.scrollIntoView({ block: "nearest" });
}
