import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MailPlus } from "lucide-react";

import { listInvitationsOptions, listInvitationsQueryKey } from "@/api/@tanstack/react-query.gen";
import { withdrawInvitation } from "@/api/sdk.gen";
import type { InvitationOut } from "@/api/types.gen";
import { formatDateTime } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { ProblemNotice } from "@/ui/problem-notice";
import { SkeletonList } from "@/ui/skeleton";
import { useToast } from "@/ui/toast";

import { adminMessages } from "./messages";

export function InvitationsSection() {
  const t = useTranslate(adminMessages);
  const { language } = useLanguage();
  const toast = useToast();
  const queryClient = useQueryClient();
  const query = useQuery(listInvitationsOptions());
  const withdraw = useMutation({
    mutationFn: (invitation: InvitationOut) => withdrawInvitation({ path: { invitation_id: invitation.id } }),
    onSuccess: (_answer, invitation) => toast({ tone: "success", title: t("withdrawn", { email: invitation.email }) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: listInvitationsQueryKey() }),
  });
  return (
    <section aria-labelledby="invitations" className="flex flex-col gap-4">
      <h2 id="invitations" className="text-l font-semibold">
        {t("invitations_title")}
      </h2>
      <ProblemNotice problem={withdraw.error} />
      {query.isPending ? <SkeletonList rows={2} /> : null}
      {query.isError && !query.data ? (
        <ErrorState
          title={t("invitations_failed")}
          problem={query.error}
          retrying={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      ) : null}
      {query.data?.length === 0 ? <EmptyState icon={MailPlus} title={t("invitations_empty")} /> : null}
      {query.data && query.data.length > 0 ? (
        <ul className="divide-y divide-line rounded-l border border-line bg-surface shadow-s">
          {query.data.map((invitation) => (
            <li key={invitation.id} className="flex flex-wrap items-center gap-x-5 gap-y-2 px-5 py-3.5">
              <p className="min-w-48 grow basis-0 font-semibold break-all">{invitation.email}</p>
              <div className="flex flex-wrap gap-1.5">
                {invitation.roles.map((role) => (
                  <Badge key={role}>{t(`role_${role}`)}</Badge>
                ))}
              </div>
              <p className="text-s text-ink-muted">{t("expires", { time: formatDateTime(invitation.expires_at, language) })}</p>
              <Button
                variant="ghost"
                aria-label={t("withdraw_named", { email: invitation.email })}
                busy={withdraw.isPending && withdraw.variables.id === invitation.id}
                onClick={() => withdraw.mutate(invitation)}
              >
                {t("withdraw")}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
