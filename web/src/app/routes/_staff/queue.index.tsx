import { createFileRoute, redirect, useNavigate } from "@tanstack/react-router";

import { QueueFiguresStrip } from "@/features/analytics/queue-figures-strip";
import { AlertsPage } from "@/features/triage/alerts-page";
import { readSearch } from "@/features/triage/queue-filter";
import { QueuePage } from "@/features/triage/queue-page";
import { hasRole, sessionQuery, useActor } from "@/lib/session";

export const Route = createFileRoute("/_staff/queue/")({
  validateSearch: readSearch,
  beforeLoad: async ({ context, location }) => {
    // Letters to staff lead here with the report in the address.
    const reportId = new URLSearchParams(location.searchStr).get("report");
    if (reportId) throw redirect({ to: "/queue/$reportId", params: { reportId }, replace: true });
    const { actor } = await context.queryClient.ensureQueryData(sessionQuery);
    if (!hasRole(actor, "nurse", "practitioner", "secretary")) throw redirect({ to: "/admin/users", replace: true });
  },
  component: Queue,
});

function Queue() {
  const actor = useActor();
  const search = Route.useSearch();
  const navigate = useNavigate();
  if (!actor) return null;
  const figures = <QueueFiguresStrip />;
  if (!hasRole(actor, "nurse", "practitioner")) return <AlertsPage figures={figures} />;
  return (
    <QueuePage
      actor={actor}
      search={search}
      onSearch={(next) => void navigate({ to: "/queue", search: next, replace: true, resetScroll: false })}
      figures={figures}
    />
  );
}
