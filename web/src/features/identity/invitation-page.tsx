import { useMutation, useQuery } from "@tanstack/react-query";

import { useLanguage, useTranslate } from "@/lib/i18n";
import { ErrorState } from "@/ui/error-state";
import { ProblemNotice } from "@/ui/problem-notice";
import { SkeletonList } from "@/ui/skeleton";

import { acceptInvitation, invitationQuery } from "./api";
import { AuthFrame } from "./auth-frame";
import { identityMessages } from "./messages";
import { type NewAccount, NewAccountForm } from "./new-account-form";
import { useSignedIn } from "./use-signed-in";

/** `token` comes from the fragment of the link, so that it reaches neither server logs nor referrers. */
export function InvitationPage({ token }: { readonly token: string }) {
  const t = useTranslate(identityMessages);
  const { language } = useLanguage();
  const signedIn = useSignedIn();
  const invitation = useQuery({ ...invitationQuery(token), enabled: token !== "" });
  const accept = useMutation({
    mutationFn: ({ display_name, password }: NewAccount) => acceptInvitation({ token, display_name, password, language }),
    onSuccess: signedIn,
  });
  if (token === "") {
    return (
      <AuthFrame title={t("invitation_failed")}>
        <p>{t("invitation_missing")}</p>
      </AuthFrame>
    );
  }
  if (invitation.isError) {
    const isGone = "status" in invitation.error && [404, 409, 410].includes(Number(invitation.error.status));
    return (
      <div className="mx-auto max-w-text px-5 pt-10">
        {isGone ? (
          <ProblemNotice
            problem={invitation.error}
            messages={{
              "/problems/not-found": t("problem_invitation"),
              "/problems/invitation-invalid": t("problem_invitation"),
            }}
          />
        ) : (
          <ErrorState
            title={t("invitation_failed")}
            problem={invitation.error}
            onRetry={() => void invitation.refetch()}
          />
        )}
      </div>
    );
  }
  if (invitation.isPending) {
    return (
      <div className="mx-auto max-w-form px-5 pt-14">
        <SkeletonList rows={2} />
      </div>
    );
  }
  const { email, practice_name, roles } = invitation.data;
  return (
    <AuthFrame
      title={t("invitation_title", { practice: practice_name })}
      lead={t("invitation_lead", { roles: roles.map((role) => t(`role_${role}`)).join(", ") })}
    >
      <NewAccountForm
        email={email}
        submitLabel={t("join")}
        busy={accept.isPending}
        problem={accept.error}
        onSubmit={(account) => accept.mutate(account)}
      />
    </AuthFrame>
  );
}
