import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus, Users } from "lucide-react";
import { useState } from "react";

import { listUsers } from "@/api/sdk.gen";
import type { UserOut } from "@/api/types.gen";
import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { SkeletonList } from "@/ui/skeleton";

import { EditUserDialog } from "./edit-user-dialog";
import { InvitationsSection } from "./invitations-section";
import { InviteDialog } from "./invite-dialog";
import { adminMessages } from "./messages";
import { USERS_KEY } from "./users-query";
import { UsersTable } from "./users-table";



export function AdminUsersPage() {
  const t = useTranslate(adminMessages);
  const [edited, setEdited] = useState<UserOut | null>(null);
  const [isInviting, setInviting] = useState(false);
  const query = useInfiniteQuery({
    queryKey: USERS_KEY,
    queryFn: async ({ pageParam, signal }) => (await listUsers({ query: { after: pageParam ?? undefined }, signal })).data,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_after,
  });
  const users = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="flex flex-col gap-10">
      <section className="flex flex-col gap-5">
        <header className="flex flex-wrap items-end gap-x-5 gap-y-3">
          <div className="grow">
            <h1 className="display text-2xl">{t("users_title")}</h1>
            <p className="mt-1 text-ink-muted">{t("users_lead")}</p>
          </div>
          <Button variant="primary" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden className="size-4.5" />
            {t("invite")}
          </Button>
        </header>
        {query.isPending ? <SkeletonList rows={4} /> : null}
        {query.isError && !query.data ? (
          <ErrorState
            title={t("users_failed")}
            problem={query.error}
            retrying={query.isFetching}
            onRetry={() => void query.refetch()}
          />
        ) : null}
        {query.data && users.length === 0 ? (
          <EmptyState icon={Users} title={t("users_empty")}>
            {t("users_empty_text")}
          </EmptyState>
        ) : null}
        {users.length > 0 ? <UsersTable users={users} onEdit={setEdited} /> : null}
        {query.hasNextPage ? (
          <Button className="self-center" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("show_more")}
          </Button>
        ) : null}
      </section>
      <InvitationsSection />
      <InviteDialog open={isInviting} onClose={() => setInviting(false)} />
      {edited ? <EditUserDialog key={edited.id} user={edited} onClose={() => setEdited(null)} /> : null}
    </div>
  );
}
