import { createFileRoute } from "@tanstack/react-router";

import { LandingPage } from "@/features/assistant/landing-page";

export const Route = createFileRoute("/_patient/")({ component: LandingPage });
