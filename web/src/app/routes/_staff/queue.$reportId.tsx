import { createFileRoute, redirect, useNavigate } from "@tanstack/react-router";

import { ReportPage } from "@/features/triage/report-page";
import { hasRole, sessionQuery, useActor } from "@/lib/session";

export const Route = createFileRoute("/_staff/queue/$reportId")({
  beforeLoad: async ({ context }) => {
    const { actor } = await context.queryClient.ensureQueryData(sessionQuery);
    if (!hasRole(actor, "nurse", "practitioner")) throw redirect({ to: "/queue", replace: true });
  },
  component: Report,
});

function Report() {
  const { reportId } = Route.useParams();
  const actor = useActor();
  const navigate = useNavigate();
  if (!actor) return null;
  return (
    <ReportPage
      key={reportId}
      reportId={reportId}
      actor={actor}
      onOpen={(id) => void navigate({ to: "/queue/$reportId", params: { reportId: id } })}
      onBack={() => void navigate({ to: "/queue" })}
    />
  );
}
