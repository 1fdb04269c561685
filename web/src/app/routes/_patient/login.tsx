import { createFileRoute } from "@tanstack/react-router";

import { LoginPage } from "@/features/identity/login-page";

import { nextOf } from "../-search";

export const Route = createFileRoute("/_patient/login")({ validateSearch: nextOf, component: Login });

function Login() {
  return <LoginPage next={Route.useSearch().next} />;
}
