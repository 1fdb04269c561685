import type { Translate } from "@/lib/i18n";

import type { identityMessages } from "./messages";

/** Why a new password is refused. */
export function passwordProblems(t: Translate<keyof typeof identityMessages.en>): Readonly<Record<string, string>> {
  return {
    "/problems/password-too-short": t("error_password_short"),
    "/problems/password-too-long": t("problem_password_long"),
    "/problems/password-too-common": t("problem_password_common"),
    "/problems/password-too-personal": t("problem_password_personal"),
  };
}
