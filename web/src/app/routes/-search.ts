/** Where to go after signing in. */
export function nextOf(search: Record<string, unknown>): { next?: string } {
  return typeof search.next === "string" ? { next: search.next } : {};
}
