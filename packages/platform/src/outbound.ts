const endsWithinMs = 10_000;

/** The one door out: every request ends in time, and nobody who is asked can send us elsewhere. */
export const outbound = (
  address: string | URL,
  { withinMs = endsWithinMs, ...init }: RequestInit & { readonly withinMs?: number } = {},
): Promise<Response> => fetch(address, { redirect: "error", ...init, signal: AbortSignal.timeout(withinMs) });
