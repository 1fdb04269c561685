import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Outlet, redirect, useMatch, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

import { StaffShell } from "@/app/shell/staff-shell";
import { AlertBanner } from "@/features/triage/alert-banner";
import { LiveQueueProvider } from "@/features/triage/live-queue";
import { sessionQuery } from "@/lib/session";

export const Route = createFileRoute("/_staff")({
  beforeLoad: async ({ context, location }) => {
    const { actor, totp_required } = await context.queryClient.ensureQueryData(sessionQuery);
    if (actor?.kind !== "staff") throw redirect({ to: "/login", search: { next: location.href } });
    if (totp_required) throw redirect({ to: "/account" });
  },
  component: StaffLayout,
});

function StaffLayout() {
  const session = useQuery(sessionQuery).data;
  const navigate = useNavigate();
  const report = useMatch({ from: "/_staff/queue/$reportId", shouldThrow: false });
  const actor = session?.actor?.kind === "staff" ? session.actor : null;
  const hasEnded = session !== undefined && actor === null;
  useEffect(() => {
    // The session ran out while the page stood open: whoever comes back returns to the same place.
    if (hasEnded) void navigate({ to: "/login", search: { next: window.location.pathname + window.location.search } });
  }, [hasEnded, navigate]);
  if (!actor) return null;
  return (
    <LiveQueueProvider actor={actor}>
      <StaffShell actor={actor} banner={<AlertBanner actor={actor} reportId={report?.params.reportId} />}>
        <Outlet />
      </StaffShell>
    </LiveQueueProvider>
  );
}
