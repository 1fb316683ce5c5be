import { clientWaiverInput, clientWaiverParams, waiverWire } from "@plumbline/contract/waiver";
import { showWaiver } from "@plumbline/operations/waivers/list-waivers";
import { waiveForClient } from "@plumbline/operations/waivers/waive-rule";
import { write } from "../../route.ts";

export const createClientWaiver = write({
  path: "/v1/clients/:clientId/waivers",
  summary: "Let what a rule says about invoices of a client not stop them for some days",
  needs: "exception.waive",
  params: clientWaiverParams,
  body: clientWaiverInput,
  answers: { status: 201, body: waiverWire },
  keep: "forever",
  problems: ["client-not-found", "policy-missing", "waiver-refused"],
  handle: async ({ scope, params, body }) => showWaiver(scope, await waiveForClient(scope, { ...params, ...body })),
});
