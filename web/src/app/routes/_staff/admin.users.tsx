import { createFileRoute, redirect } from "@tanstack/react-router";

import { AdminUsersPage } from "@/features/identity/admin/users-page";
import { hasRole, sessionQuery } from "@/lib/session";

export const Route = createFileRoute("/_staff/admin/users")({
  beforeLoad: async ({ context }) => {
    const { actor } = await context.queryClient.ensureQueryData(sessionQuery);
    if (!hasRole(actor, "admin")) throw redirect({ to: "/queue", replace: true });
  },
  component: AdminUsersPage,
});
