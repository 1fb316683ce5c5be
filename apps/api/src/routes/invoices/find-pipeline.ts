import { pipelineWire } from "@plumbline/contract/billing-run";
import { findPipeline as pipelineOf } from "@plumbline/operations/invoices/find-pipeline";
import { read } from "../../route.ts";

export const findPipeline = read({
  path: "/v1/pipeline",
  summary: "See how many invoices are at each stage, what they are worth, and what holds them up",
  needs: "invoice.read",
  answers: pipelineWire,
  problems: [],
  handle: async ({ scope }) => pipelineOf(scope),
});
