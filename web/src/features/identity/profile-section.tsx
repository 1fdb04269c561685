import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";

import { getMeQueryKey, updateMeMutation } from "@/api/@tanstack/react-query.gen";
import type { MeOut } from "@/api/types.gen";
import { type Language, useLanguage, useTranslate } from "@/lib/i18n";
import { sessionQuery } from "@/lib/session";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Field, Input, Select } from "@/ui/field";
import { ProblemNotice } from "@/ui/problem-notice";
import { useToast } from "@/ui/toast";

import { identityMessages } from "./messages";

interface ProfileForm {
  display_name: string;
  language: Language;
}

export function ProfileSection({ me }: { readonly me: MeOut }) {
  const t = useTranslate(identityMessages);
  const toast = useToast();
  const queryClient = useQueryClient();
  const { setLanguage } = useLanguage();
  const form = useForm<ProfileForm>({ values: { display_name: me.display_name, language: me.language } });
  const save = useMutation({
    ...updateMeMutation(),
    onSuccess: async (_answer, sent) => {
      if (sent.body.language) setLanguage(sent.body.language);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: getMeQueryKey() }),
        queryClient.invalidateQueries(sessionQuery),
      ]);
      toast({ tone: "success", title: t("saved") });
    },
  });
  return (
    <form
      noValidate
      className="flex max-w-form flex-col gap-5"
      onSubmit={form.handleSubmit((values) => save.mutate({ body: values }))}
    >
      <ProblemNotice problem={save.error} />
      <Field label={t("name")} required error={form.formState.errors.display_name?.message}>
        <Input
          autoComplete="name"
          {...form.register("display_name", {
            required: t("error_required"),
            maxLength: { value: 120, message: t("error_name_long") },
          })}
        />
      </Field>
      <Field label={t("email")}>
        <Input type="email" value={me.email} readOnly />
      </Field>
      <Field label={t("language")}>
        <Select {...form.register("language")}>
          <option value="fr" lang="fr">
            Français
          </option>
          <option value="en" lang="en">
            English
          </option>
        </Select>
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-s font-semibold">{t("roles")}</span>
        {me.roles.map((role) => (
          <Badge key={role} tone="primary">
            {t(`role_${role}`)}
          </Badge>
        ))}
      </div>
      <Button type="submit" variant="primary" size="l" className="self-start" busy={save.isPending}>
        {t("save")}
      </Button>
    </form>
  );
}
