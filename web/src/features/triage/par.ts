import type { DetailOut, ParOut, SourceOut } from "@/api/types.gen";

/** The Preliminary Assessment Report. */
export type Par = ParOut;
/** Characters `[start, end)`, in Unicode code points, of the message with this sequence number. */
export type Source = SourceOut;
export type Detail = DetailOut;
export type AskedStatus = Par["allergies_status"];
