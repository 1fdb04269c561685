import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { updateUser } from "@/api/sdk.gen";
import type { UserOut, UserPatch } from "@/api/types.gen";
import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ProblemNotice } from "@/ui/problem-notice";
import { useToast } from "@/ui/toast";

import { PasswordDialog } from "../password-dialog";
import { adminMessages } from "./messages";
import { RoleBoxes, STAFF_ROLES } from "./role-boxes";
import { shownProblem, useConfirmed } from "./use-confirmed";
import { USERS_KEY } from "./users-query";

/** Changes what a colleague may do, or switches the account off; either ends their open sessions. */
export function EditUserDialog({ user, onClose }: { readonly user: UserOut; readonly onClose: () => void }) {
  const t = useTranslate(adminMessages);
  const toast = useToast();
  const queryClient = useQueryClient();
  const [roles, setRoles] = useState(() => STAFF_ROLES.filter((role) => user.roles.includes(role)));
  const [isNaming, setNaming] = useState(false);
  const confirmed = useConfirmed();
  const isDisabled = user.status === "disabled";
  const save = useMutation({
    mutationFn: (patch: UserPatch) => updateUser({ path: { user_id: user.id }, body: patch }),
    onSuccess: () => {
      toast({ tone: "success", title: t("saved_named", { name: user.display_name }) });
      void queryClient.invalidateQueries({ queryKey: USERS_KEY });
      onClose();
    },
    onError: (error, patch) => confirmed.askFor(error, () => save.mutate(patch)),
  });
  const same = roles.length === user.roles.length && roles.every((role) => user.roles.includes(role));
  if (confirmed.isAsking) {
    return (
      <PasswordDialog
        open
        onClose={confirmed.cancel}
        title={t("confirm_title")}
        description={t("confirm_text")}
        submitLabel={t("confirm_go_on")}
        isDanger={false}
        onSubmit={confirmed.confirm}
      />
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      size="m"
      title={user.display_name}
      description={user.email}
      actions={
        <>
          <Button size="l" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            size="l"
            variant="primary"
            busy={save.isPending}
            disabled={same || roles.length === 0}
            onClick={() => save.mutate({ roles: [...roles] })}
          >
            {t("save_roles")}
          </Button>
        </>
      }
    >
      <RoleBoxes roles={roles} onChange={(next) => setRoles([...next])} error={roles.length === 0 ? t("roles_missing") : undefined} />
      <p className="text-s text-ink-muted">{t("roles_note")}</p>
      <div className="rounded-m border border-line p-4">
        {isNaming ? (
          <div className="flex flex-col gap-3">
            <p>{t("disable_text", { name: user.display_name })}</p>
            <div className="flex flex-wrap gap-3">
              <Button variant="danger" busy={save.isPending} onClick={() => save.mutate({ status: "disabled" })}>
                {t("disable_named", { name: user.display_name })}
              </Button>
              <Button onClick={() => setNaming(false)}>{t("keep")}</Button>
            </div>
          </div>
        ) : (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-s text-ink-muted">{t(isDisabled ? "account_off" : "account_on")}</p>
            <Button
              variant={isDisabled ? "secondary" : "ghost"}
              className={isDisabled ? undefined : "text-danger"}
              busy={save.isPending}
              onClick={() => (isDisabled ? save.mutate({ status: "active" }) : setNaming(true))}
            >
              {t(isDisabled ? "enable" : "disable")}
            </Button>
          </div>
        )}
      </div>
      <ProblemNotice problem={shownProblem(save.error)} messages={{ "/problems/last-admin": t("problem_last_admin") }} />
    </Dialog>
  );
}
