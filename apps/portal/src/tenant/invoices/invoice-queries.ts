import type { Schemas } from "@plumbline/client/client";
import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answered, api } from "../api.ts";

export type Invoice = Schemas["Invoice"];
export type InvoiceSummary = Schemas["InvoiceSummary"];

/** What others do shows up within this time, without anybody asking. */
const refetchEveryMs = 20_000;
/** What was issued a moment ago gets its document within seconds. */
const documentEveryMs = 1_000;
const rowsOfPage = 25;
const entriesOfPage = 200;

export type InvoiceFilter = {
  readonly stage?: InvoiceStage;
  readonly awaitingMe?: "true";
  readonly late?: "true";
  readonly blocked?: "true";
};

/** Invoices that match, page by page; where something is waited for, what has waited longest comes first. */
export const invoicesQuery = (filter: InvoiceFilter) =>
  infiniteQueryOptions({
    queryKey: ["invoices", filter],
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/v1/invoices", {
          params: { query: { ...filter, limit: rowsOfPage, ...(pageParam !== "" && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: refetchEveryMs,
  });

export const invoiceQuery = (invoiceId: string) =>
  queryOptions({
    queryKey: ["invoice", invoiceId],
    queryFn: ({ signal }) => answered(api.GET("/v1/invoices/{invoiceId}", { params: { path: { invoiceId } }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data?.stage === "issued" && data.documents.length === 0 ? documentEveryMs : refetchEveryMs,
  });

export const timelineQuery = (invoiceId: string) =>
  queryOptions({
    queryKey: ["invoice", invoiceId, "timeline"],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/invoices/{invoiceId}/timeline", { params: { path: { invoiceId } }, signal })),
    select: ({ items }) => items,
  });

/** The work behind all lines of an invoice, page by page. */
export const entriesQuery = (invoiceId: string) =>
  infiniteQueryOptions({
    queryKey: ["invoice", invoiceId, "entries"],
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/v1/invoices/{invoiceId}/entries", {
          params: {
            path: { invoiceId },
            query: { limit: entriesOfPage, ...(pageParam !== "" && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
