import { createFileRoute } from "@tanstack/react-router";

import { sessionQuery } from "@/lib/session";

import { ConversationPage } from "../chat/conversation-page";

export const Route = createFileRoute("/conversation/$conversationId")({
  // The session query primes the token that fallback requests carry.
  loader: ({ context }) => context.queryClient.ensureQueryData(sessionQuery),
  component: Conversation,
});

function Conversation() {
  const { conversationId } = Route.useParams();
  return <ConversationPage key={conversationId} conversationId={conversationId} />;
}
