import { queryOptions } from "@tanstack/react-query";

import { request } from "@/lib/http";
import type { Language } from "@/lib/i18n";
import type { Role } from "@/lib/session";

/** With `totp_required`, a cookie that pages cannot read keeps the pending login until the code is sent. */
export interface LoginAnswer {
  readonly totp_required: boolean;
}

export interface Me {
  readonly id: string;
  readonly email: string;
  readonly display_name: string;
  readonly language: Language;
  readonly roles: readonly Role[];
  readonly totp_enabled: boolean;
  readonly recovery_codes_left: number;
}

export interface BrowserSession {
  readonly id: string;
  readonly is_current: boolean;
  readonly device: string | null;
  readonly created_at: string;
  readonly last_seen_at: string;
}

export interface TotpSetup {
  readonly secret: string;
  readonly uri: string;
  /** The QR code as an SVG document. */
  readonly qr_svg: string;
}

export interface RecoveryCodes {
  readonly recovery_codes: readonly string[];
}

export interface InvitationDetails {
  readonly email: string;
  readonly practice_name: string;
  readonly roles: readonly Role[];
}

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => request<Me>("GET", "/api/me", { signal }),
});

export const sessionsQuery = queryOptions({
  queryKey: ["me", "sessions"],
  queryFn: ({ signal }) => request<readonly BrowserSession[]>("GET", "/api/me/sessions", { signal }),
});

export function invitationQuery(token: string) {
  return queryOptions({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) =>
      request<InvitationDetails>("POST", "/api/invitations/lookup", { body: { token }, signal }),
    retry: false,
  });
}

export const login = (body: { email: string; password: string }) => request<LoginAnswer>("POST", "/api/login", { body });

export const loginWithTotp = (code: string) => request<unknown>("POST", "/api/login/totp", { body: { code } });

export const register = (body: { email: string; password: string; display_name: string; language: Language }) =>
  request<unknown>("POST", "/api/register", { body });

export const acceptInvitation = (body: {
  token: string;
  password: string;
  display_name: string;
  language: Language;
}) => request<unknown>("POST", "/api/invitations/accept", { body });

export const updateMe = (body: { display_name?: string; language?: Language }) =>
  request<Me>("PATCH", "/api/me", { body });

export const changePassword = (body: { current_password: string; new_password: string }) =>
  request<unknown>("POST", "/api/me/password", { body });

/** Proves the password again; dangerous changes ask for it when the last proof is old. */
export const confirmPassword = (password: string) => request<unknown>("POST", "/api/me/confirm", { body: { password } });

export const revokeOtherSessions = () => request<unknown>("DELETE", "/api/me/sessions");

export const revokeSession = (id: string) => request<unknown>("DELETE", `/api/me/sessions/${id}`);

export const startTotp = () => request<TotpSetup>("POST", "/api/me/totp");

export const confirmTotp = (code: string) => request<RecoveryCodes>("POST", "/api/me/totp/confirm", { body: { code } });

export const disableTotp = (password: string) => request<unknown>("DELETE", "/api/me/totp", { body: { password } });

export const renewRecoveryCodes = (password: string) =>
  request<RecoveryCodes>("POST", "/api/me/recovery-codes", { body: { password } });
