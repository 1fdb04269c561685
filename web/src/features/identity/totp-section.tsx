import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useState } from "react";

import { getMeQueryKey, startTotpMutation } from "@/api/@tanstack/react-query.gen";
import { confirmMe, disableTotp, renewRecoveryCodes } from "@/api/sdk.gen";
import type { MeOut } from "@/api/types.gen";
import { useTranslate } from "@/lib/i18n";
import { toProblem } from "@/lib/problem";
import { sessionQuery } from "@/lib/session";
import { Button } from "@/ui/button";
import { ProblemNotice } from "@/ui/problem-notice";

import { identityMessages } from "./messages";
import { PasswordDialog } from "./password-dialog";
import { RecoveryCodesDialog } from "./recovery-codes-dialog";
import { TotpSetupDialog } from "./totp-setup-dialog";

type Asking = "confirm" | "disable" | "renew";

/** What the password is asked for. */
const ASKED = {
  confirm: { title: "confirm_title", text: "confirm_text", label: "confirm_go_on" },
  disable: { title: "totp_disable_title", text: "totp_disable_text", label: "totp_disable" },
  renew: { title: "recovery_new_title", text: "recovery_new_text", label: "recovery_new" },
} as const;

export function TotpSection({ me, isRequired }: { readonly me: MeOut; readonly isRequired: boolean }) {
  const t = useTranslate(identityMessages);
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const setup = useMutation({
    ...startTotpMutation(),
    onError: (error) => {
      if (toProblem(error).type === "/problems/confirmation-required") setAsking("confirm");
    },
  });
  const confirm = async (password: string) => {
    if (asking === "confirm") {
      await confirmMe({ body: { password } });
      setup.mutate({});
      return;
    }
    if (asking === "renew") {
      setCodes((await renewRecoveryCodes({ body: { password } })).data.recovery_codes);
      return;
    }
    await disableTotp({ body: { password } });
    await renewed();
  };
  const renewed = async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: getMeQueryKey() }),
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
      <ProblemNotice
        problem={setup.error}
        messages={{ "/problems/confirmation-required": t("confirm_text") }}
      />
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
        <Button size="l" variant="primary" busy={setup.isPending} onClick={() => setup.mutate({})}>
          {t("totp_enable")}
        </Button>
      )}
      <TotpSetupDialog
        setup={setup.data ?? null}
        onClose={setup.reset}
        onEnabled={(recoveryCodes) => {
          setup.reset();
          setCodes(recoveryCodes);
        }}
      />
      <PasswordDialog
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={t(ASKED[asking ?? "confirm"].title)}
        description={t(ASKED[asking ?? "confirm"].text)}
        submitLabel={t(ASKED[asking ?? "confirm"].label)}
        isDanger={asking === "disable"}
        onSubmit={confirm}
      />
      {/* What the account may do changes only when the codes, which are never shown again, were seen. */}
      <RecoveryCodesDialog
        codes={codes}
        onClose={() => {
          setCodes(null);
          void renewed();
        }}
      />
    </section>
  );
}
