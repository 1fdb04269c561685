import { useTranslate } from "@/lib/i18n";
import { Checkbox } from "@/ui/field";

import { adminMessages } from "./messages";

export const STAFF_ROLES = ["nurse", "practitioner", "secretary", "admin"] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

/** Which roles somebody holds, with what each lets them do. */
export function RoleBoxes({ roles, onChange, error }: {
  readonly roles: readonly StaffRole[];
  readonly onChange: (roles: readonly StaffRole[]) => void;
  readonly error?: string;
}) {
  const t = useTranslate(adminMessages);
  return (
    <fieldset aria-describedby={error ? "roles-error" : undefined}>
      <legend className="text-s font-semibold">{t("roles")}</legend>
      {STAFF_ROLES.map((role) => (
        <Checkbox
          key={role}
          checked={roles.includes(role)}
          onChange={(event) =>
            onChange(STAFF_ROLES.filter((one) => (one === role ? event.target.checked : roles.includes(one))))
          }
          label={
            <>
              <span className="block font-semibold">{t(`role_${role}`)}</span>
              <span className="block text-s text-ink-muted">{t(`role_${role}_text`)}</span>
            </>
          }
        />
      ))}
      {error ? (
        <p id="roles-error" role="alert" className="text-s text-danger">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
