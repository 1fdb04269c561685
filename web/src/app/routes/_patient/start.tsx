import { createFileRoute, useNavigate } from "@tanstack/react-router";

import { ConsentGate } from "@/features/assistant/consent-gate";

export const Route = createFileRoute("/_patient/start")({ component: Start });

function Start() {
  const navigate = useNavigate();
  return (
    <ConsentGate
      onStarted={(conversationId) =>
        void navigate({ to: "/conversation/$conversationId", params: { conversationId } })
      }
    />
  );
}
