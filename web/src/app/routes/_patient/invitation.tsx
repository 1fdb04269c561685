import { createFileRoute, useLocation } from "@tanstack/react-router";

import { InvitationPage } from "@/features/identity/invitation-page";

export const Route = createFileRoute("/_patient/invitation")({
  component: Invitation,
});

function Invitation() {
  return <InvitationPage token={useLocation().hash} />;
}
