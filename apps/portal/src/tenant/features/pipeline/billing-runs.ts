import type { Schemas } from "@plumbline/client/client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../../api.ts";

export type BillingRun = Schemas["BillingRun"];

const pollMs = 1_000;

export const isOver = ({ state }: BillingRun): boolean => state !== "queued" && state !== "running";

/** The newest runs: enough to know what a month's next one would do. */
export const billingRunsQuery = queryOptions({
  queryKey: ["billing-runs"],
  queryFn: ({ signal }) => answered(api.GET("/v1/billing-runs", { params: { query: { limit: 50 } }, signal })),
  select: ({ items }) => items,
});

/** A run, asked about until it is over. */
export const billingRunQuery = (billingRunId: string) =>
  queryOptions({
    queryKey: ["billing-runs", billingRunId],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/billing-runs/{billingRunId}", { params: { path: { billingRunId } }, signal })),
    refetchInterval: ({ state: { data } }) => (data !== undefined && isOver(data) ? false : pollMs),
  });

type Period = { readonly start: string; readonly end: string };

export function useStartBillingRun() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ period, key }: { readonly period: Period; readonly key: string }) =>
      answered(api.POST("/v1/billing-runs", { params: { header: { "Idempotency-Key": key } }, body: { period } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["billing-runs"] }),
  });
}

export function useCancelBillingRun() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ billingRunId, key }: { readonly billingRunId: string; readonly key: string }) =>
      answered(
        api.POST("/v1/billing-runs/{billingRunId}/cancellation", {
          params: { path: { billingRunId }, header: { "Idempotency-Key": key } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["billing-runs"] }),
  });
}
