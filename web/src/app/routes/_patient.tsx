import { createFileRoute, Outlet } from "@tanstack/react-router";

import { PatientShell } from "@/app/shell/patient-shell";

export const Route = createFileRoute("/_patient")({
  component: () => (
    <PatientShell>
      <Outlet />
    </PatientShell>
  ),
});
