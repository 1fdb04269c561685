import { useQuery } from "@tanstack/react-query";

import { getMeOptions } from "@/api/@tanstack/react-query.gen";
import { useTranslate } from "@/lib/i18n";
import { usePageTitle } from "@/lib/page-title";
import { ErrorState } from "@/ui/error-state";
import { SkeletonList } from "@/ui/skeleton";
import { Tab, TabList, TabPanel, Tabs } from "@/ui/tabs";

import { identityMessages } from "./messages";
import { PasswordSection } from "./password-section";
import { ProfileSection } from "./profile-section";
import { SessionsSection } from "./sessions-section";
import { TotpSection } from "./totp-section";

export type AccountTab = "profile" | "security" | "sessions";

export function AccountPage({ tab, onTab, mustSetUpTotp }: {
  readonly tab: AccountTab;
  readonly onTab: (tab: AccountTab) => void;
  readonly mustSetUpTotp: boolean;
}) {
  const t = useTranslate(identityMessages);
  const me = useQuery(getMeOptions());
  usePageTitle(t("account_title"));
  return (
    <div className="mx-auto w-full max-w-text px-5 pt-6 sm:pt-10">
      <h1 className="display mb-6 text-2xl">{t("account_title")}</h1>
      {me.isPending ? <SkeletonList rows={2} /> : null}
      {me.isError ? (
        <ErrorState
          title={t("account_failed")}
          problem={me.error}
          retrying={me.isFetching}
          onRetry={() => void me.refetch()}
        />
      ) : null}
      {me.data ? (
        <Tabs value={tab} onValueChange={(value) => onTab(value as AccountTab)}>
          <TabList aria-label={t("account_title")}>
            <Tab value="profile">{t("profile")}</Tab>
            <Tab value="security">{t("security")}</Tab>
            <Tab value="sessions">{t("sessions")}</Tab>
          </TabList>
          <TabPanel value="profile">
            <ProfileSection me={me.data} />
          </TabPanel>
          <TabPanel value="security" className="flex flex-col gap-10 pt-5">
            <TotpSection me={me.data} isRequired={mustSetUpTotp} />
            <PasswordSection />
          </TabPanel>
          <TabPanel value="sessions">
            <SessionsSection />
          </TabPanel>
        </Tabs>
      ) : null}
    </div>
  );
}
