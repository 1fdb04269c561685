import { createFileRoute } from "@tanstack/react-router";

import { RegisterPage } from "@/features/identity/register-page";

import { nextOf } from "../-search";

export const Route = createFileRoute("/_patient/register")({ validateSearch: nextOf, component: Register });

function Register() {
  return <RegisterPage next={Route.useSearch().next} />;
}
