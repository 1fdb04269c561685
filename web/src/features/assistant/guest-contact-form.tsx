import type { ReactNode } from "react";
import { useForm } from "react-hook-form";

import type { ContactIn } from "@/api/types.gen";
import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";

import { assistantMessages } from "./messages";

interface ContactForm {
  name: string;
  phone: string;
  email: string;
  birth_date: string;
}

const EMPTY: ContactForm = { name: "", phone: "", email: "", birth_date: "" };

export function GuestContactForm({ notice, busy, onSubmit, onBack }: {
  readonly notice: ReactNode;
  readonly busy: boolean;
  readonly onSubmit: (contact: ContactIn) => void;
  readonly onBack: () => void;
}) {
  const t = useTranslate(assistantMessages);
  const form = useForm<ContactForm>({ defaultValues: EMPTY });
  const { errors } = form.formState;
  const today = new Date().toISOString().slice(0, 10);
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={form.handleSubmit((values) => onSubmit(withoutBlanks(values)))}
    >
      {notice}
      <Field label={t("contact_name")} required error={errors.name?.message}>
        <Input autoComplete="name" maxLength={120} {...form.register("name", { required: t("contact_required") })} />
      </Field>
      <Field label={t("contact_birth_date")} required error={errors.birth_date?.message}>
        <Input
          type="date"
          autoComplete="bday"
          min="1900-01-01"
          max={today}
          {...form.register("birth_date", {
            required: t("contact_required"),
            validate: (value) => (value >= "1900-01-01" && value <= today) || t("contact_birth_date_wrong"),
          })}
        />
      </Field>
      <Field label={t("contact_phone")} hint={t("contact_one_of")} error={errors.phone?.message}>
        <Input
          type="tel"
          autoComplete="tel"
          maxLength={30}
          {...form.register("phone", {
            pattern: { value: /^[+(]?[\d\s().-]{6,29}$/, message: t("contact_phone_wrong") },
            validate: (value, all) => value.trim() !== "" || all.email.trim() !== "" || t("contact_one_of"),
          })}
        />
      </Field>
      <Field label={t("contact_email")} error={errors.email?.message}>
        <Input
          type="email"
          autoComplete="email"
          autoCapitalize="none"
          maxLength={254}
          {...form.register("email", { pattern: { value: /^\S+@\S+\.\S+$/, message: t("contact_email_wrong") } })}
        />
      </Field>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" size="l" variant="primary" busy={busy}>
          {t("send_report")}
        </Button>
        <Button size="l" variant="ghost" onClick={onBack}>
          {t("back")}
        </Button>
      </div>
    </form>
  );
}

function withoutBlanks(values: ContactForm): ContactIn {
  return {
    name: values.name.trim(),
    ...(values.phone.trim() && { phone: values.phone.trim() }),
    ...(values.email.trim() && { email: values.email.trim() }),
    ...(values.birth_date && { birth_date: values.birth_date }),
  };
}
