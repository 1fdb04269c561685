import type { MyReportOut } from "@/api/types.gen";

/** One line of "my reports"; no urgency, since a level without its reader is no answer. */
export type MyReport = MyReportOut;
export type ReportStatus = MyReport["status"];
