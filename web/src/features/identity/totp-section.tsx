import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useState } from "react";

import { useTranslate } from "@/lib/i18n";
import { sessionQuery } from "@/lib/session";
import { Button } from "@/ui/button";
import { ProblemNotice } from "@/ui/problem-notice";

import { disableTotp, type Me, meQuery, renewRecoveryCodes, startTotp } from "./api";
import { identityMessages } from "./messages";
import { PasswordDialog } from "./password-dialog";
import { RecoveryCodesDialog } from "./recovery-codes-dialog";
import { TotpSetupDialog } from "./totp-setup-dialog";

export function TotpSection({ me, isRequired }: { readonly me: Me; readonly isRequired: boolean }) {
  const t = useTranslate(identityMessages);
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<"disable" | "renew" | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const setup = useMutation({ mutationFn: startTotp });
  const renewed = async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
      queryClient.invalidateQueries(sessionQuery),
    ]);
  };
  const Icon = me.totp_enabled ? ShieldCheck : ShieldAlert;
  return (
    <section aria-labelledby="totp-heading" className="flex flex-col items-start gap-4">
      <h2 id="totp-heading" className="text-l font-semibold">
        {t("totp_heading")}
      </h2>
      {isRequired && !me.totp_enabled ? (
        <p role="alert" className="rounded-m bg-warning-soft px-4 py-3">
          {t("totp_required")}
        </p>
      ) : null}
      <p className="flex items-start gap-3">
        <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${me.totp_enabled ? "text-success" : "text-warning"}`} />
        <span>
          {t(me.totp_enabled ? "totp_on" : "totp_off")}
          {me.totp_enabled ? (
            <span className="block text-s text-ink-muted">
              {t("recovery_left_other", { count: me.recovery_codes_left })}
            </span>
          ) : null}
        </span>
      </p>
      <ProblemNotice problem={setup.error} />
      {me.totp_enabled ? (
        <div className="flex flex-wrap gap-3">
          <Button size="l" onClick={() => setAsking("renew")}>
            {t("recovery_new")}
          </Button>
          <Button size="l" variant="ghost" onClick={() => setAsking("disable")}>
            {t("totp_disable")}
          </Button>
        </div>
      ) : (
        <Button size="l" variant="primary" busy={setup.isPending} onClick={() => setup.mutate()}>
          {t("totp_enable")}
        </Button>
      )}
      <TotpSetupDialog
        setup={setup.data ?? null}
        onClose={setup.reset}
        onEnabled={async (recoveryCodes) => {
          setup.reset();
          setCodes(recoveryCodes);
          await renewed();
        }}
      />
      <PasswordDialog
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={t(asking === "disable" ? "totp_disable_title" : "recovery_new_title")}
        description={t(asking === "disable" ? "totp_disable_text" : "recovery_new_text")}
        submitLabel={t(asking === "disable" ? "totp_disable" : "recovery_new")}
        isDanger={asking === "disable"}
        onSubmit={async (password) => {
          if (asking === "disable") await disableTotp(password);
          else setCodes((await renewRecoveryCodes(password)).recovery_codes);
          await renewed();
        }}
      />
      <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />
    </section>
  );
}
