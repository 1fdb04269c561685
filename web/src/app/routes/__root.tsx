import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet } from "@tanstack/react-router";

import { NotFoundPage } from "../shell/not-found-page";
import { PatientShell } from "../shell/patient-shell";
import { useFocusOnNavigation } from "../shell/use-focus-on-navigation";

export const Route = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  component: Root,
  notFoundComponent: () => (
    <PatientShell>
      <NotFoundPage />
    </PatientShell>
  ),
});

function Root() {
  useFocusOnNavigation();
  return <Outlet />;
}
