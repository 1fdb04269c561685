import { client } from "@/api/client.gen";

import { type Problem, toProblem } from "./problem";

/** The token that unsafe requests of this browser session carry; renewed with every answer of `GET /api/session`. */
let csrfToken: string | null = null;

export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

/**
 * `fetch` with this session's token on what changes something.
 *
 * A token that has gone stale (the session changed in another tab) is renewed once, since the refused request did nothing.
 */
async function fetchWithToken(request: Request): Promise<Response> {
  if (request.method === "GET") return fetch(request);
  const response = await fetch(signed(request.clone()));
  if (response.status !== 403) return response;
  const problem = await readProblem(response.clone());
  if (problem.type !== "/problems/cross-site-request") return response;
  const session = await fetch(new URL("/api/session", window.location.origin));
  if (!session.ok) return response;
  rememberCsrfToken(((await session.json()) as { csrf_token: string | null }).csrf_token);
  return fetch(signed(request));
}

function signed(request: Request): Request {
  if (csrfToken) request.headers.set("x-csrf-token", csrfToken);
  return request;
}

/** The problem in an answer; a proxy's page instead of ours leaves only its status to be trusted. */
async function readProblem(response: Response): Promise<Problem> {
  const request_id = response.headers.get("x-request-id") ?? undefined;
  try {
    return { request_id, ...toProblem(await response.json()), status: response.status };
  } catch {
    return { type: "about:blank", title: response.statusText, status: response.status, request_id };
  }
}

/** Makes the generated client send as this page does and throw problems. Called once, before the first request. */
export function configureClient(): void {
  client.setConfig({ baseUrl: window.location.origin, fetch: (input) => fetchWithToken(input as Request) });
  client.interceptors.error.clear();
  client.interceptors.error.use((error, response) =>
    response ? { ...toProblem(error), status: response.status } : toProblem(error),
  );
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RequestOptions {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly signal?: AbortSignal;
}

/** Ask the API by path, where the generated client does not reach. Answers the decoded body, or throws a `Problem`. */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const { body, query, signal } = options;
  const url = new URL(path, window.location.origin);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, String(value));
  }
  const headers = body === undefined ? undefined : { "content-type": "application/json" };
  let response: Response;
  try {
    response = await fetchWithToken(
      new Request(url, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) }),
    );
  } catch (error) {
    throw toProblem(error);
  }
  if (!response.ok) throw await readProblem(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
