import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { registerMutation } from "@/api/@tanstack/react-query.gen";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";

import { AuthFrame } from "./auth-frame";
import { identityMessages } from "./messages";
import { NewAccountForm } from "./new-account-form";
import { useSignedIn } from "./use-signed-in";

export function RegisterPage({ next }: { readonly next?: string }) {
  const t = useTranslate(identityMessages);
  const { language } = useLanguage();
  const signedIn = useSignedIn(next);
  const attempt = useMutation({
    ...registerMutation(),
    onSuccess: () => signedIn(),
  });
  return (
    <AuthFrame
      title={t("register_title")}
      lead={t("register_lead")}
      footer={
        <>
          <p>
            {t("has_account")}{" "}
            <Button asChild variant="link" size="s">
              <Link to="/login" search={{ next }}>
                {t("log_in")}
              </Link>
            </Button>
          </p>
          <p className="text-s text-ink-muted">{t("staff_note")}</p>
        </>
      }
    >
      <NewAccountForm
        submitLabel={t("register")}
        busy={attempt.isPending}
        problem={attempt.error}
        onSubmit={(account) => attempt.mutate({ body: { ...account, language } })}
      />
    </AuthFrame>
  );
}
