import { type Problem, toProblem } from "./problem";

/** The token that unsafe requests of this browser session carry; renewed with every answer of `GET /api/session`. */
let csrfToken: string | null = null;

export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RequestOptions {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * Ask the API. Answers the decoded body, or throws a `Problem`.
 *
 * A token that has gone stale (the session changed in another tab) is renewed once, since the refused request did nothing.
 */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  try {
    return await send<T>(method, path, options);
  } catch (error) {
    const problem = toProblem(error);
    if (method === "GET" || problem.type !== "/problems/cross-site-request") throw problem;
    await renewCsrfToken();
    return send<T>(method, path, options);
  }
}

async function renewCsrfToken(): Promise<void> {
  const session = await send<{ csrf_token: string | null }>("GET", "/api/session", {});
  rememberCsrfToken(session.csrf_token);
}

async function send<T>(method: Method, path: string, { body, query, signal }: RequestOptions): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET" && csrfToken) headers["x-csrf-token"] = csrfToken;
  const response = await fetch(withQuery(path, query), {
    method,
    headers,
    credentials: "same-origin",
    signal,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  throw await readProblem(response);
}

async function readProblem(response: Response): Promise<Problem> {
  const request_id = response.headers.get("x-request-id") ?? undefined;
  try {
    const body: unknown = await response.json();
    return { request_id, ...toProblem(body), status: response.status };
  } catch {
    // A proxy's page instead of ours: the status is all that can be trusted.
    return { type: "about:blank", title: response.statusText, status: response.status, request_id };
  }
}

function withQuery(path: string, query: RequestOptions["query"]): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}
