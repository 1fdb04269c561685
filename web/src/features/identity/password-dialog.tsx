import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { useForm } from "react-hook-form";

import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, PasswordInput } from "@/ui/field";
import { ProblemNotice } from "@/ui/problem-notice";

import { identityMessages } from "./messages";

/** Confirms a dangerous change by the password; closes only when the change went through. */
export function PasswordDialog({ open, onClose, title, description, submitLabel, isDanger, onSubmit }: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description: string;
  readonly submitLabel: string;
  readonly isDanger: boolean;
  readonly onSubmit: (password: string) => Promise<void>;
}) {
  const t = useTranslate(identityMessages);
  const id = useId();
  const form = useForm<{ password: string }>({ defaultValues: { password: "" } });
  const close = () => {
    form.reset();
    submit.reset();
    onClose();
  };
  const submit = useMutation({ mutationFn: onSubmit, onSuccess: close });
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      description={description}
      actions={
        <>
          <Button size="l" onClick={close}>
            {t("cancel")}
          </Button>
          <Button
            type="submit"
            form={id}
            size="l"
            variant={isDanger ? "danger" : "primary"}
            busy={submit.isPending}
          >
            {submitLabel}
          </Button>
        </>
      }
    >
      <form
        id={id}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={form.handleSubmit(({ password }) => submit.mutate(password))}
      >
        <ProblemNotice
          problem={submit.error}
          messages={{ "/problems/wrong-password": t("problem_current_password") }}
        />
        <Field label={t("password")} required error={form.formState.errors.password?.message}>
          <PasswordInput
            autoComplete="current-password"
            {...form.register("password", { required: t("error_required") })}
          />
        </Field>
      </form>
    </Dialog>
  );
}
