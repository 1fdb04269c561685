import { useMutation, useQueryClient } from "@tanstack/react-query";

import { useLanguage, useTranslate } from "@/lib/i18n";
import { toProblem } from "@/lib/problem";
import { uiMessages } from "@/ui/messages";
import { problemText } from "@/ui/problem-notice";
import { useToast } from "@/ui/toast";

import { claimReport, QUEUE_KEY, reportQuery } from "./api";
import { takeIn } from "./live-queue";
import { triageMessages } from "./messages";
import type { QueueItem, ReportView } from "./records";

/** Claim from a list. The list changes when the server says so, never before. */
export function useClaim() {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const ui = useTranslate(uiMessages);
  const toast = useToast();
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: (item: QueueItem) => claimReport({ id: item.id, lang: language }),
    onSuccess: (report: ReportView) => {
      queryClient.setQueryData(reportQuery(report.entry.id, language).queryKey, report);
      takeIn(queryClient, { changed: [report.entry], removed: [], reload: false }, report.entry.claim?.user_id ?? "");
    },
    onError: (error) => {
      const problem = toProblem(error) as ReturnType<typeof toProblem> & { readonly owner_name?: string };
      const text = problemText(problem, ui, {
        "/problems/already-claimed": problem.owner_name
          ? t("conflict_claimed_by", { name: problem.owner_name })
          : t("conflict_claimed"),
        "/problems/report-not-open": t("conflict_not_open"),
      });
      toast({ tone: "danger", title: String(text) });
      void queryClient.invalidateQueries({ queryKey: QUEUE_KEY });
    },
  });
  return { take: mutation.mutate, busyId: mutation.isPending ? mutation.variables?.id : undefined };
}
