/** RFC 9457 as this house sends it. `type` is the only member that code may switch on. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly request_id?: string;
  readonly retry_after_s?: number;
  /** The emergency screen, when even the refused request asks for it. */
  readonly emergency?: unknown;
  readonly fields?: readonly { readonly field: string; readonly code: string }[];
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "status" in value && "title" in value;
}

/** Whatever a query or a fetch threw, as a problem; `/problems/offline` when no answer came. */
export function toProblem(error: unknown): Problem {
  if (isProblem(error)) return { ...error, type: error.type ?? "about:blank" };
  if (error instanceof TypeError || (error instanceof Error && error.name === "AbortError")) {
    return { type: "/problems/offline", title: "Offline", status: 0 };
  }
  return { type: "about:blank", title: "Unexpected", status: 500 };
}
