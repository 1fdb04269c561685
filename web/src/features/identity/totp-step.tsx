import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";

import { loginWithTotpMutation } from "@/api/@tanstack/react-query.gen";
import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { ProblemNotice } from "@/ui/problem-notice";

import { AuthFrame } from "./auth-frame";
import { identityMessages } from "./messages";

/** The second step of a login: six digits, or one recovery code. */
export function TotpStep({ onDone, onStartOver }: {
  readonly onDone: () => Promise<void>;
  readonly onStartOver: () => void;
}) {
  const t = useTranslate(identityMessages);
  const [usesRecovery, setUsesRecovery] = useState(false);
  const form = useForm<{ code: string }>({ defaultValues: { code: "" } });
  const attempt = useMutation({
    ...loginWithTotpMutation(),
    onSuccess: () => onDone(),
  });
  const swap = () => {
    form.reset();
    attempt.reset();
    setUsesRecovery(!usesRecovery);
  };
  return (
    <AuthFrame
      title={t("totp_title")}
      lead={t(usesRecovery ? "recovery_lead" : "totp_lead")}
      footer={
        <div className="flex flex-col items-start gap-1">
          <Button variant="link" size="s" onClick={swap}>
            {t(usesRecovery ? "use_totp" : "use_recovery")}
          </Button>
          <Button variant="link" size="s" onClick={onStartOver}>
            {t("start_over")}
          </Button>
        </div>
      }
    >
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={form.handleSubmit(({ code }) => attempt.mutate({ body: { code: code.replaceAll(/\s/g, "") } }))}
      >
        <ProblemNotice
          problem={attempt.error}
          messages={{
            "/problems/wrong-code": t("problem_code"),
            "/problems/pending-login-expired": t("problem_pending"),
          }}
        />
        <Field
          label={t(usesRecovery ? "recovery_code" : "totp_code")}
          required
          error={form.formState.errors.code?.message}
        >
          <Input
            key={String(usesRecovery)}
            autoFocus
            autoComplete="one-time-code"
            inputMode={usesRecovery ? "text" : "numeric"}
            className="tabular text-l tracking-widest"
            {...form.register("code", {
              required: t("error_required"),
              validate: (code) => usesRecovery || /^\s*(\d\s*){6}$/.test(code) || t("error_code"),
            })}
          />
        </Field>
        <Button type="submit" variant="primary" size="l" busy={attempt.isPending}>
          {t("verify")}
        </Button>
      </form>
    </AuthFrame>
  );
}
