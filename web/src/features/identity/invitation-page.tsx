import { useMutation, useQuery } from "@tanstack/react-query";

import { acceptInvitationMutation } from "@/api/@tanstack/react-query.gen";
import { lookUpInvitation } from "@/api/sdk.gen";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { toProblem } from "@/lib/problem";
import { ErrorState } from "@/ui/error-state";
import { ProblemNotice } from "@/ui/problem-notice";
import { SkeletonList } from "@/ui/skeleton";

import { AuthFrame } from "./auth-frame";
import { identityMessages } from "./messages";
import { NewAccountForm } from "./new-account-form";
import { useSignedIn } from "./use-signed-in";

/** `token` comes from the fragment of the link, so that it reaches neither server logs nor referrers. */
export function InvitationPage({ token }: { readonly token: string }) {
  const t = useTranslate(identityMessages);
  const { language } = useLanguage();
  const signedIn = useSignedIn();
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: async ({ signal }) => (await lookUpInvitation({ body: { token }, signal, throwOnError: true })).data,
    enabled: token !== "",
    retry: false,
  });
  const accept = useMutation({
    ...acceptInvitationMutation(),
    onSuccess: () => signedIn(),
  });
  if (token === "") {
    return (
      <AuthFrame title={t("invitation_failed")}>
        <p>{t("invitation_missing")}</p>
      </AuthFrame>
    );
  }
  if (invitation.isError) {
    const isGone = toProblem(invitation.error).type === "/problems/invitation-invalid";
    return (
      <div className="mx-auto max-w-text px-5 pt-10">
        {isGone ? (
          <ProblemNotice
            problem={invitation.error}
            messages={{ "/problems/invitation-invalid": t("problem_invitation") }}
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
        onSubmit={({ display_name, password }) => accept.mutate({ body: { token, display_name, password, language } })}
      />
    </AuthFrame>
  );
}
