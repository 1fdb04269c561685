import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useLanguage, useTranslate } from "@/lib/i18n";
import { toProblem } from "@/lib/problem";
import { useToast } from "@/ui/toast";

import { claimReport, QUEUE_KEY, releaseReport, reportKey, reportQuery, undoDecision } from "./api";
import { decide, type DecisionDraft, type DialogKind, EMPTY_DRAFT } from "./decisions";
import { triageMessages } from "./messages";
import type { ReportView, TakeOver } from "./records";

type Drafts = Partial<Readonly<Record<DialogKind, DecisionDraft>>>;

/** Everything a nurse does to one report. What is shown changes when the server has answered, never before. */
export function useReview(report: ReportView | undefined) {
  const t = useTranslate(triageMessages);
  const { language: lang } = useLanguage();
  const toast = useToast();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<DialogKind | null>(null);
  const [drafts, setDrafts] = useState<Drafts>({});
  const id = report?.entry.id ?? "";
  const { queryKey } = reportQuery(id, lang);

  const show = (next: ReportView) => {
    queryClient.setQueryData(queryKey, next);
    void queryClient.invalidateQueries({ queryKey: QUEUE_KEY });
    void queryClient.invalidateQueries({ queryKey: ["triage", "transcript", next.entry.conversation_id] });
  };
  const reload = () => {
    void queryClient.invalidateQueries({ queryKey: reportKey(id) });
    void queryClient.invalidateQueries({ queryKey: QUEUE_KEY });
  };
  const decision = useMutation({
    mutationFn: ({ kind, on }: { readonly kind: DialogKind; readonly on: ReportView }) =>
      decide(on, kind, drafts[kind] ?? EMPTY_DRAFT, lang),
    onSuccess: (next, { kind }) => {
      show(next);
      setOpen(null);
      setDrafts((before) => ({ ...before, [kind]: EMPTY_DRAFT }));
    },
  });
  const undo = useMutation({
    mutationFn: (on: ReportView) => undoDecision({ id, lang }, { report_version: on.entry.version }),
    onSuccess: show,
    onError: (error) => {
      const isLate = toProblem(error).type === "/problems/undo-too-late";
      toast({ tone: "danger", title: t(isLate ? "conflict_undo_too_late" : "undo_failed") });
      reload();
    },
  });
  const claim = useMutation({
    mutationFn: (take_over?: TakeOver) => claimReport({ id, lang }, take_over),
    onSuccess: (next) => {
      show(next);
      // What stood in the way of a decision is gone.
      decision.reset();
    },
  });
  const release = useMutation({ mutationFn: () => releaseReport(id), onSettled: reload });

  return {
    open,
    openDialog: (kind: DialogKind) => {
      decision.reset();
      setOpen(kind);
    },
    close: () => setOpen(null),
    draft: (open && drafts[open]) || EMPTY_DRAFT,
    setDraft: (draft: DecisionDraft) => {
      if (open) setDrafts((before) => ({ ...before, [open]: draft }));
    },
    confirm: () => {
      if (open && report) decision.mutate({ kind: open, on: report });
    },
    reload: () => {
      decision.reset();
      reload();
    },
    decision,
    undo,
    claim,
    release,
  };
}
