import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, Copy } from "lucide-react";
import { type FormEvent, useId, useState } from "react";

import { listInvitationsQueryKey } from "@/api/@tanstack/react-query.gen";
import { invite } from "@/api/sdk.gen";
import type { InvitationIn, NewInvitationOut } from "@/api/types.gen";
import { LANGUAGES, type Language, useLanguage, useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input, Select } from "@/ui/field";
import { ProblemNotice } from "@/ui/problem-notice";

import { PasswordDialog } from "../password-dialog";
import { adminMessages } from "./messages";
import { RoleBoxes, type StaffRole } from "./role-boxes";
import { shownProblem, useConfirmed } from "./use-confirmed";

export function InviteDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useTranslate(adminMessages);
  const { language: own } = useLanguage();
  const queryClient = useQueryClient();
  const id = useId();
  const [email, setEmail] = useState("");
  const [roles, setRoles] = useState<readonly StaffRole[]>(["nurse"]);
  const [language, setLanguage] = useState<Language>(own);
  const [isTried, setTried] = useState(false);
  const [made, setMade] = useState<NewInvitationOut | null>(null);
  const confirmed = useConfirmed();
  const send = useMutation({
    mutationFn: async (body: InvitationIn) => (await invite({ body })).data,
    onSuccess: (answer) => {
      setMade(answer);
      void queryClient.invalidateQueries({ queryKey: listInvitationsQueryKey() });
    },
    onError: (error, body) => confirmed.askFor(error, () => send.mutate(body)),
  });
  const isEmail = /^\S+@\S+\.\S+$/.test(email.trim());
  const close = () => {
    onClose();
    setMade(null);
    setEmail("");
    setTried(false);
    send.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isEmail && roles.length > 0) send.mutate({ email: email.trim(), roles: [...roles], language });
  };
  if (confirmed.isAsking) {
    return (
      <PasswordDialog
        open={open}
        onClose={confirmed.cancel}
        title={t("confirm_title")}
        description={t("confirm_text")}
        submitLabel={t("confirm_go_on")}
        isDanger={false}
        onSubmit={confirmed.confirm}
      />
    );
  }
  if (made) return <InvitationMade open={open} made={made} onClose={close} />;
  return (
    <Dialog
      open={open}
      onClose={close}
      size="m"
      title={t("invite_title")}
      description={t("invite_lead")}
      actions={
        <>
          <Button size="l" onClick={close}>
            {t("cancel")}
          </Button>
          <Button size="l" type="submit" form={id} variant="primary" busy={send.isPending}>
            {t("invite_make")}
          </Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={submit} className="flex flex-col gap-5">
        <Field label={t("email")} required error={isTried && !isEmail ? t("error_email") : undefined}>
          <Input type="email" autoComplete="off" value={email} onChange={(event) => setEmail(event.target.value)} />
        </Field>
        <RoleBoxes roles={roles} onChange={setRoles} error={isTried && roles.length === 0 ? t("roles_missing") : undefined} />
        <Field label={t("language")}>
          <Select value={language} onChange={(event) => setLanguage(event.target.value as Language)}>
            {LANGUAGES.map((code) => (
              <option key={code} value={code}>
                {t(`language_${code}`)}
              </option>
            ))}
          </Select>
        </Field>
        <ProblemNotice
          problem={shownProblem(send.error)}
          messages={{
            "/problems/email-taken": t("problem_email_taken"),
            "/problems/invitation-pending": t("problem_invitation_pending"),
          }}
        />
      </form>
    </Dialog>
  );
}

/** The link is shown once: the server keeps only its hash. */
function InvitationMade({ open, made, onClose }: {
  readonly open: boolean;
  readonly made: NewInvitationOut;
  readonly onClose: () => void;
}) {
  const t = useTranslate(adminMessages);
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(made.accept_url);
      setState("copied");
    } catch {
      setState("failed"); // The field below is selectable, which is the way that always works.
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="m"
      title={t("made_title", { email: made.invitation.email })}
      description={t("made_lead")}
      actions={
        <Button size="l" variant="primary" onClick={onClose}>
          {t("done")}
        </Button>
      }
    >
      <div className="flex flex-wrap items-end gap-3">
        <Field label={t("made_link")} className="min-w-0 grow">
          <Input readOnly value={made.accept_url} className="text-s" onFocus={(event) => event.target.select()} />
        </Field>
        <Button size="l" onClick={() => void copy()}>
          {state === "copied" ? <Check aria-hidden className="size-4.5" /> : <Copy aria-hidden className="size-4.5" />}
          {t(state === "copied" ? "copied" : "copy")}
        </Button>
      </div>
      <p role="status" className="text-s text-ink-muted">
        {state === "failed" ? t("copy_failed") : null}
      </p>
    </Dialog>
  );
}
