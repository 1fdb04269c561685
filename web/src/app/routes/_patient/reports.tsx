import { createFileRoute, redirect } from "@tanstack/react-router";

import { MyReportsPage } from "@/features/patients/my-reports-page";
import { sessionQuery } from "@/lib/session";

export const Route = createFileRoute("/_patient/reports")({
  beforeLoad: async ({ context, location }) => {
    const { actor } = await context.queryClient.ensureQueryData(sessionQuery);
    if (!actor) throw redirect({ to: "/login", search: { next: location.href } });
  },
  component: MyReportsPage,
});
