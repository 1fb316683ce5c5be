import { z } from "zod";
import { withdrawalInput } from "@plumbline/contract/collecting";
import { promiseWire } from "@plumbline/contract/promise";
import { id } from "@plumbline/contract/scalar";
import { findPromise } from "@plumbline/operations/collecting/list-promises";
import { withdrawPromise } from "@plumbline/operations/collecting/withdraw-promise";
import { write } from "../../route.ts";

export const createPromiseWithdrawal = write({
  path: "/v1/promises/:promiseId/withdrawal",
  summary: "Take a promise back that was recorded in error or is replaced",
  needs: "promise.record",
  params: z.strictObject({ promiseId: id<"promise">() }),
  body: withdrawalInput,
  answers: { status: 201, body: promiseWire },
  keep: "forever",
  problems: ["promise-not-found", "promise-refused", "booking-date-refused"],
  handle: async ({ scope, params, body }) => {
    await withdrawPromise(scope, { ...params, ...body });
    return findPromise(scope, params);
  },
});
