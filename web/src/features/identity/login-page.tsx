import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useForm } from "react-hook-form";

import { loginMutation } from "@/api/@tanstack/react-query.gen";
import { useTranslate } from "@/lib/i18n";
import { toProblem } from "@/lib/problem";
import { Button } from "@/ui/button";
import { Field, Input, PasswordInput } from "@/ui/field";
import { ProblemNotice } from "@/ui/problem-notice";

import { AuthFrame } from "./auth-frame";
import { identityMessages } from "./messages";
import { TotpStep } from "./totp-step";
import { useSignedIn } from "./use-signed-in";

interface LoginForm {
  email: string;
  password: string;
}

export function LoginPage({ next }: { readonly next?: string }) {
  const t = useTranslate(identityMessages);
  const signedIn = useSignedIn(next);
  const [isPending, setPending] = useState(false);
  const form = useForm<LoginForm>({ defaultValues: { email: "", password: "" } });
  const attempt = useMutation({
    ...loginMutation(),
    onSuccess: async (answer) => {
      if (answer.totp_required) setPending(true);
      else await signedIn();
    },
  });
  const problems = useLoginProblems(attempt.error);
  if (isPending) {
    return (
      <TotpStep
        onDone={signedIn}
        onStartOver={() => {
          form.resetField("password");
          attempt.reset();
          setPending(false);
        }}
      />
    );
  }
  const { errors } = form.formState;
  return (
    <AuthFrame
      title={t("login_title")}
      lead={t("login_lead")}
      footer={
        <p>
          {t("no_account")}{" "}
          <Button asChild variant="link" size="s">
            <Link to="/register" search={{ next }}>
              {t("create_account")}
            </Link>
          </Button>
        </p>
      }
    >
      <form noValidate className="flex flex-col gap-5" onSubmit={form.handleSubmit((values) => attempt.mutate({ body: values }))}>
        <ProblemNotice problem={attempt.error} messages={problems} />
        <Field label={t("email")} required error={errors.email?.message}>
          <Input
            type="email"
            autoComplete="username"
            autoCapitalize="none"
            {...form.register("email", { required: t("error_required") })}
          />
        </Field>
        <Field label={t("password")} required error={errors.password?.message}>
          <PasswordInput
            autoComplete="current-password"
            {...form.register("password", { required: t("error_required") })}
          />
        </Field>
        <Button type="submit" variant="primary" size="l" busy={attempt.isPending}>
          {t("log_in")}
        </Button>
      </form>
    </AuthFrame>
  );
}

function useLoginProblems(error: unknown) {
  const t = useTranslate(identityMessages);
  const seconds = error ? (toProblem(error).retry_after_s ?? 60) : 0;
  const locked = t("problem_locked", { seconds });
  return {
    "/problems/login-failed": t("problem_login_failed"),
    "/problems/too-many-attempts": locked,
  };
}
