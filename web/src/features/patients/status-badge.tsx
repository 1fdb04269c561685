import { ArrowUpRight, CircleCheck, CircleHelp, Inbox, type LucideIcon, PencilLine } from "lucide-react";

import { useTranslate } from "@/lib/i18n";
import { Badge, type BadgeProps } from "@/ui/badge";

import { patientMessages } from "./messages";
import type { ReportStatus } from "./my-reports";

const LOOK: Record<ReportStatus, { tone: BadgeProps["tone"]; icon: LucideIcon }> = {
  draft: { tone: "outline", icon: PencilLine },
  submitted: { tone: "primary", icon: Inbox },
  awaiting_patient: { tone: "warning", icon: CircleHelp },
  reviewed: { tone: "success", icon: CircleCheck },
  escalated: { tone: "primary", icon: ArrowUpRight },
  closed: { tone: "neutral", icon: CircleCheck },
};

export function StatusBadge({ status }: { readonly status: ReportStatus }) {
  const t = useTranslate(patientMessages);
  const { tone, icon: Icon } = LOOK[status];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {t(`status_${status}`)}
    </Badge>
  );
}
