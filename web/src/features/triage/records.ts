import type {
  AlertOut,
  ClaimIn,
  DecisionOut,
  GetReportResponse,
  MessageOut,
  PatientCardOut,
  QueueItemOut,
  QueuePageOut,
} from "@/api/types.gen";
import type { Language } from "@/lib/i18n";

export type QueueItem = QueueItemOut;
export type ReportStatus = QueueItem["status"];
export type PatientCard = PatientCardOut;
export type QueuePage = Omit<QueuePageOut, "items"> & { readonly items: readonly QueueItem[] };
export type Alert = AlertOut;
export type Decision = DecisionOut;
export type ReportView = GetReportResponse;
export type TranscriptMessage = MessageOut;
export type TakeOver = NonNullable<ClaimIn["take_over"]>;

/** The language a patient writes in, as a key of messages and an HTML language. */
export function languageOf(item: { readonly language: string }): Language {
  return item.language === "en" ? "en" : "fr";
}
