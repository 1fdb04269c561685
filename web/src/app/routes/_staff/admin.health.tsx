import { createFileRoute, redirect } from "@tanstack/react-router";

import { HealthPage } from "@/features/ops/health-page";
import { hasRole, sessionQuery } from "@/lib/session";

export const Route = createFileRoute("/_staff/admin/health")({
  beforeLoad: async ({ context }) => {
    const { actor } = await context.queryClient.ensureQueryData(sessionQuery);
    if (!hasRole(actor, "admin")) throw redirect({ to: "/queue", replace: true });
  },
  component: HealthPage,
});
