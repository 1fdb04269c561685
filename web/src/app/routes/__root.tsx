import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet } from "@tanstack/react-router";

import { NotFoundPage } from "../shell/not-found-page";
import { PatientShell } from "../shell/patient-shell";

export const Route = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => (
    <PatientShell>
      <NotFoundPage />
    </PatientShell>
  ),
});
