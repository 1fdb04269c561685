import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { useForm } from "react-hook-form";

import { confirmTotpMutation } from "@/api/@tanstack/react-query.gen";
import type { EnrolmentOut } from "@/api/types.gen";
import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { ProblemNotice } from "@/ui/problem-notice";

import { identityMessages } from "./messages";

export function TotpSetupDialog({ setup, onClose, onEnabled }: {
  readonly setup: EnrolmentOut | null;
  readonly onClose: () => void;
  readonly onEnabled: (recoveryCodes: readonly string[]) => void;
}) {
  const t = useTranslate(identityMessages);
  const id = useId();
  const form = useForm<{ code: string }>({ defaultValues: { code: "" } });
  const close = () => {
    form.reset();
    confirm.reset();
    onClose();
  };
  const confirm = useMutation({
    ...confirmTotpMutation(),
    onSuccess: ({ recovery_codes }) => {
      form.reset();
      onEnabled(recovery_codes);
    },
  });
  return (
    <Dialog
      open={setup !== null}
      onClose={close}
      title={t("totp_setup_title")}
      actions={
        <>
          <Button size="l" onClick={close}>
            {t("cancel")}
          </Button>
          <Button type="submit" form={id} size="l" variant="primary" busy={confirm.isPending}>
            {t("totp_confirm")}
          </Button>
        </>
      }
    >
      {setup ? (
        <form
          id={id}
          noValidate
          className="flex flex-col gap-5"
          onSubmit={form.handleSubmit(({ code }) => confirm.mutate({ body: { code: code.replaceAll(/\s/g, "") } }))}
        >
          <p>{t("totp_setup_1")}</p>
          <QrCode svg={setup.qr_svg} alt={t("totp_qr_alt")} />
          <p className="text-s">
            <span className="font-semibold">{t("totp_key")}</span>
            <code className="mt-1 block rounded-s bg-sunken px-3 py-2 font-sans tracking-wider break-words">
              {setup.secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}
            </code>
          </p>
          <ProblemNotice
            problem={confirm.error}
            messages={{ "/problems/wrong-code": t("problem_code") }}
          />
          <Field
            label={t("totp_code")}
            hint={t("totp_setup_2")}
            required
            error={form.formState.errors.code?.message}
          >
            <Input
              inputMode="numeric"
              autoComplete="one-time-code"
              className="tabular text-l tracking-widest"
              {...form.register("code", {
                required: t("error_required"),
                pattern: { value: /^\s*(\d\s*){6}$/, message: t("error_code") },
              })}
            />
          </Field>
        </form>
      ) : null}
    </Dialog>
  );
}

/** An image address keeps the document inert: nothing in it can run, and nothing is parsed into our page. */
function QrCode({ svg, alt }: { readonly svg: string; readonly alt: string }) {
  return (
    <img
      src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`}
      alt={alt}
      className="qr-code mx-auto w-52 rounded-m p-3"
    />
  );
}
