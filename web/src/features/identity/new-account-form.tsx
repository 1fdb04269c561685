import { useForm } from "react-hook-form";

import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Field, Input, PasswordInput } from "@/ui/field";
import { ProblemNotice } from "@/ui/problem-notice";

import { identityMessages } from "./messages";
import { passwordProblems } from "./password-problems";

export interface NewAccount {
  readonly display_name: string;
  readonly email: string;
  readonly password: string;
}

/** Name, e-mail and password; an invitation already knows the e-mail address. */
export function NewAccountForm({ email, submitLabel, busy, problem, onSubmit }: {
  readonly email?: string;
  readonly submitLabel: string;
  readonly busy: boolean;
  readonly problem: unknown;
  readonly onSubmit: (account: NewAccount) => void;
}) {
  const t = useTranslate(identityMessages);
  const form = useForm<NewAccount>({ defaultValues: { display_name: "", email: email ?? "", password: "" } });
  const { errors } = form.formState;
  return (
    <form noValidate className="flex flex-col gap-5" onSubmit={form.handleSubmit(onSubmit)}>
      <ProblemNotice
        problem={problem}
        messages={{
          ...passwordProblems(t),
          "/problems/email-taken": t("problem_email_taken"),
          "/problems/registration-refused": t("problem_email_taken"),
          "/problems/invitation-invalid": t("problem_invitation"),
        }}
      />
      <Field label={t("name")} required error={errors.display_name?.message}>
        <Input
          autoComplete="name"
          {...form.register("display_name", {
            required: t("error_required"),
            maxLength: { value: 120, message: t("error_name_long") },
          })}
        />
      </Field>
      <Field label={t("email")} required error={errors.email?.message}>
        <Input
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          readOnly={email !== undefined}
          {...form.register("email", {
            required: t("error_required"),
            pattern: { value: /^\S+@\S+\.\S+$/, message: t("error_email") },
          })}
        />
      </Field>
      <Field label={t("password")} hint={t("password_hint")} required error={errors.password?.message}>
        <PasswordInput
          autoComplete="new-password"
          {...form.register("password", {
            required: t("error_required"),
            minLength: { value: 12, message: t("error_password_short") },
          })}
        />
      </Field>
      <Button type="submit" variant="primary" size="l" busy={busy}>
        {submitLabel}
      </Button>
    </form>
  );
}
