import type { LinkProps } from "@tanstack/react-router";
import { Activity, Inbox, type LucideIcon, Users } from "lucide-react";

import { hasRole, type Role, type SessionActor } from "@/lib/session";

import type { shellMessages } from "./messages";

export interface StaffArea {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly label: keyof typeof shellMessages.en;
  readonly icon: LucideIcon;
  readonly roles: readonly Role[];
}

/** One line per work area, in the order of the menu; the server decides again on every request. */
const AREAS: readonly StaffArea[] = [
  { to: "/queue", label: "queue", icon: Inbox, roles: ["nurse", "practitioner", "secretary"] },
  { to: "/admin/users", label: "users", icon: Users, roles: ["admin"] },
  { to: "/admin/health", label: "health", icon: Activity, roles: ["admin"] },
];

export function staffAreas(actor: SessionActor): readonly StaffArea[] {
  return AREAS.filter((area) => hasRole(actor, ...area.roles));
}
