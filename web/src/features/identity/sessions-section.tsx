import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";

import { endMyOtherSessionsMutation, listMySessionsOptions, listMySessionsQueryKey } from "@/api/@tanstack/react-query.gen";
import { endMySession } from "@/api/sdk.gen";
import type { DeviceSessionOut } from "@/api/types.gen";
import { formatDateTime, formatRelative } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { ProblemNotice } from "@/ui/problem-notice";
import { SkeletonList } from "@/ui/skeleton";
import { useToast } from "@/ui/toast";

import { identityMessages } from "./messages";

export function SessionsSection() {
  const t = useTranslate(identityMessages);
  const toast = useToast();
  const queryClient = useQueryClient();
  const sessions = useQuery(listMySessionsOptions());
  const deviceOf = (session: DeviceSessionOut) => session.device ?? t("unknown_device");
  const revoke = useMutation({
    mutationFn: ({ id }: DeviceSessionOut) => endMySession({ path: { session_id: id } }),
    onSuccess: (_answer, session) => toast({ title: t("session_revoked", { device: deviceOf(session) }) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: listMySessionsQueryKey() }),
  });
  const revokeOthers = useMutation({
    ...endMyOtherSessionsMutation(),
    onSuccess: () => toast({ title: t("sessions_revoked") }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: listMySessionsQueryKey() }),
  });
  if (sessions.isPending) return <SkeletonList rows={2} />;
  if (sessions.isError) {
    return (
      <ErrorState
        title={t("sessions_failed")}
        problem={sessions.error}
        retrying={sessions.isFetching}
        onRetry={() => void sessions.refetch()}
      />
    );
  }
  if (sessions.data.length === 0) return <EmptyState icon={MonitorSmartphone} title={t("sessions_empty")} />;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-ink-muted">{t("sessions_lead")}</p>
      <ProblemNotice problem={revoke.error ?? revokeOthers.error} />
      <ul className="divide-y divide-line rounded-l border border-line bg-surface">
        {sessions.data.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            device={deviceOf(session)}
            busy={revoke.isPending && revoke.variables.id === session.id}
            onRevoke={() => revoke.mutate(session)}
          />
        ))}
      </ul>
      {sessions.data.some((session) => !session.is_current) ? (
        <Button size="l" className="self-start" busy={revokeOthers.isPending} onClick={() => revokeOthers.mutate({})}>
          {t("sessions_revoke_others")}
        </Button>
      ) : null}
    </div>
  );
}

function SessionRow({ session, device, busy, onRevoke }: {
  readonly session: DeviceSessionOut;
  readonly device: string;
  readonly busy: boolean;
  readonly onRevoke: () => void;
}) {
  const t = useTranslate(identityMessages);
  const { language } = useLanguage();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-4">
      <MonitorSmartphone aria-hidden className="size-5 shrink-0 text-ink-muted" />
      <div className="min-w-40 grow">
        <p className="flex flex-wrap items-center gap-2 font-semibold first-letter:uppercase">
          {device}
          {session.is_current ? <Badge tone="success">{t("session_current")}</Badge> : null}
        </p>
        <p className="text-s text-ink-muted">
          {t("session_seen", { when: formatRelative(session.last_seen_at, language) })}
          {" · "}
          {t("session_since", { when: formatDateTime(session.created_at, language) })}
        </p>
      </div>
      {session.is_current ? null : (
        <Button
          size="l"
          busy={busy}
          aria-label={t("session_revoke_named", { device })}
          onClick={onRevoke}
        >
          {t("session_revoke")}
        </Button>
      )}
    </li>
  );
}
