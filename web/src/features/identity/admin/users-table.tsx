import { CircleOff, Pencil, ShieldCheck, ShieldOff } from "lucide-react";

import type { UserOut } from "@/api/types.gen";
import { formatDate, formatRelative } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { type Column, DataTable } from "@/ui/data-table";

import { adminMessages } from "./messages";

export function UsersTable({ users, onEdit }: {
  readonly users: readonly UserOut[];
  readonly onEdit: (user: UserOut) => void;
}) {
  const t = useTranslate(adminMessages);
  const { language } = useLanguage();
  const columns: readonly Column<UserOut>[] = [
    {
      key: "name",
      header: t("name"),
      cell: (user) => (
        <div className="min-w-0">
          <p className="font-semibold">{user.display_name}</p>
          <p className="break-all text-ink-muted">{user.email}</p>
          <div className="mt-1.5 md:hidden">
            <Roles user={user} />
          </div>
        </div>
      ),
    },
    {
      key: "roles",
      header: t("roles"),
      wideOnly: true,
      cell: (user) => <Roles user={user} />,
    },
    {
      key: "totp",
      header: t("totp"),
      wideOnly: true,
      cell: (user) => (
        <span className="flex items-center gap-1.5 text-ink-muted">
          {user.totp_enabled ? <ShieldCheck aria-hidden className="size-4.5 text-success" /> : <ShieldOff aria-hidden className="size-4.5" />}
          {t(user.totp_enabled ? "totp_on" : "totp_off")}
        </span>
      ),
    },
    {
      key: "seen",
      header: t("last_login"),
      wideOnly: true,
      cell: (user) => (
        <span className="text-ink-muted">
          {user.last_login_at ? formatRelative(user.last_login_at, language) : t("never")}
          <span className="block text-xs">{t("since", { date: formatDate(user.created_at, language) })}</span>
        </span>
      ),
    },
    {
      key: "edit",
      header: <span className="sr-only">{t("edit")}</span>,
      align: "end",
      cell: (user) => (
        <Button variant="ghost" aria-label={t("edit_named", { name: user.display_name })} onClick={() => onEdit(user)}>
          <Pencil aria-hidden className="size-4.5" />
          <span className="max-sm:hidden">{t("edit")}</span>
        </Button>
      ),
    },
  ];
  return <DataTable caption={t("users_title")} columns={columns} rows={users} rowKey={(user) => user.id} />;
}

function Roles({ user }: { readonly user: UserOut }) {
  const t = useTranslate(adminMessages);
  return (
    <div className="flex flex-wrap gap-1.5">
      {user.status === "disabled" ? (
        <Badge tone="danger">
          <CircleOff aria-hidden />
          {t("disabled")}
        </Badge>
      ) : null}
      {user.roles.map((role) => (
        <Badge key={role} tone={role === "admin" ? "primary" : "neutral"}>
          {t(`role_${role}`)}
        </Badge>
      ))}
    </div>
  );
}
