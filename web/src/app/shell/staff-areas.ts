import type { LinkProps } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";

import { hasRole, type Role, type SessionActor } from "@/lib/session";

import type { shellMessages } from "./messages";

export interface StaffArea {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly label: keyof typeof shellMessages.en;
  readonly icon: LucideIcon;
  readonly roles: readonly Role[];
}

/** One line per work area, in the order of the menu; the server decides again on every request. */
const AREAS: readonly StaffArea[] = [];

export function staffAreas(actor: SessionActor): readonly StaffArea[] {
  return AREAS.filter((area) => hasRole(actor, ...area.roles));
}
