import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";

import { changePasswordMutation, listMySessionsQueryKey } from "@/api/@tanstack/react-query.gen";
import { useTranslate } from "@/lib/i18n";
import { sessionQuery } from "@/lib/session";
import { Button } from "@/ui/button";
import { Field, PasswordInput } from "@/ui/field";
import { ProblemNotice } from "@/ui/problem-notice";
import { useToast } from "@/ui/toast";

import { identityMessages } from "./messages";
import { passwordProblems } from "./password-problems";

interface PasswordForm {
  current_password: string;
  new_password: string;
}

export function PasswordSection() {
  const t = useTranslate(identityMessages);
  const toast = useToast();
  const queryClient = useQueryClient();
  const form = useForm<PasswordForm>({ defaultValues: { current_password: "", new_password: "" } });
  const { errors } = form.formState;
  const change = useMutation({
    ...changePasswordMutation(),
    onSuccess: async () => {
      form.reset();
      await Promise.all([
        queryClient.invalidateQueries(sessionQuery),
        queryClient.invalidateQueries({ queryKey: listMySessionsQueryKey() }),
      ]);
      toast({ tone: "success", title: t("password_changed") });
    },
  });
  return (
    <section aria-labelledby="password-heading">
      <h2 id="password-heading" className="text-l font-semibold">
        {t("change_password")}
      </h2>
      <form
        noValidate
        className="mt-4 flex max-w-form flex-col gap-5"
        onSubmit={form.handleSubmit((values) => change.mutate({ body: values }))}
      >
        <ProblemNotice
          problem={change.error}
          messages={{
            ...passwordProblems(t),
            "/problems/wrong-password": t("problem_current_password"),
          }}
        />
        <Field label={t("current_password")} required error={errors.current_password?.message}>
          <PasswordInput
            autoComplete="current-password"
            {...form.register("current_password", { required: t("error_required") })}
          />
        </Field>
        <Field label={t("new_password")} hint={t("password_hint")} required error={errors.new_password?.message}>
          <PasswordInput
            autoComplete="new-password"
            {...form.register("new_password", {
              required: t("error_required"),
              minLength: { value: 12, message: t("error_password_short") },
              validate: (value, all) => value !== all.current_password || t("error_password_same"),
            })}
          />
        </Field>
        <Button type="submit" size="l" className="self-start" busy={change.isPending}>
          {t("change_password")}
        </Button>
      </form>
    </section>
  );
}
