import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import type { Schemas } from "@plumbline/client/client";
import { answered, api } from "./api.ts";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => answered(api.GET("/v1/session", { signal })),
  staleTime: 5 * 60_000,
});

/** Who is signed in and what they may do here. */
export const useSession = (): Schemas["Session"] => useSuspenseQuery(sessionQuery).data;
