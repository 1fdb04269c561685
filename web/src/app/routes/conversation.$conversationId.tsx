import { createFileRoute } from "@tanstack/react-router";

export const Route = createFileRoute("/conversation/$conversationId")({ component: () => null });
