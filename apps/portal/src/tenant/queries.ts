import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./api.ts";

const attemptsMax = 2;

/** What is read stays on screen while it is read again. A refusal is not tried again: it would be refused again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < attemptsMax && !(error instanceof ApiProblem && error.status < 500),
    },
    mutations: { retry: false },
  },
});
