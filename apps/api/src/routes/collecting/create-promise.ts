import { promiseInput, promiseWire } from "@plumbline/contract/promise";
import { findPromise } from "@plumbline/operations/collecting/list-promises";
import { recordPromise } from "@plumbline/operations/collecting/record-promise";
import { write } from "../../route.ts";

export const createPromise = write({
  path: "/v1/promises",
  summary: "Keep what a client promised to pay, and by when",
  needs: "promise.record",
  body: promiseInput,
  answers: { status: 201, body: promiseWire },
  keep: "forever",
  location: ({ id }) => `/v1/promises/${id}`,
  problems: ["invoice-not-found", "promise-refused", "booking-date-refused"],
  handle: async ({ scope, body }) => findPromise(scope, { promiseId: await recordPromise(scope, body) }),
});
