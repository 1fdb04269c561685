import { createFileRoute, Outlet, redirect } from "@tanstack/react-router";

import { StaffShell } from "@/app/shell/staff-shell";
import { sessionQuery, useActor } from "@/lib/session";

export const Route = createFileRoute("/_staff")({
  beforeLoad: async ({ context, location }) => {
    const { actor, totp_required } = await context.queryClient.ensureQueryData(sessionQuery);
    if (actor?.kind !== "staff") throw redirect({ to: "/login", search: { next: location.href } });
    if (totp_required) throw redirect({ to: "/account" });
  },
  component: StaffLayout,
});

function StaffLayout() {
  const actor = useActor();
  if (!actor) return null;
  return (
    <StaffShell actor={actor}>
      <Outlet />
    </StaffShell>
  );
}
