import type { Schemas } from "@plumbline/client/client";
import { queryOptions } from "@tanstack/react-query";
import { answered, api } from "../../api.ts";

export type Pipeline = Schemas["Pipeline"];
export type PipelineStage = Schemas["PipelineStage"];

const refetchEveryMs = 15_000;

export const pipelineQuery = queryOptions({
  queryKey: ["pipeline"],
  queryFn: ({ signal }) => answered(api.GET("/v1/pipeline", { signal })),
  refetchInterval: refetchEveryMs,
});
