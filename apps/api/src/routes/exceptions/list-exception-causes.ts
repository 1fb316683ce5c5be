import { exceptionCausesWire } from "@plumbline/contract/exception";
import { toMoneyWire } from "@plumbline/contract/scalar";
import { listExceptionCauses as causesOf } from "@plumbline/operations/exceptions/list-exception-causes";
import { read } from "../../route.ts";

export const listExceptionCauses = read({
  path: "/v1/exception-causes",
  summary: "See what is open by cause, with the time and money that hang on it",
  needs: "invoice.read",
  answers: exceptionCausesWire,
  problems: [],
  handle: async ({ scope }) => {
    const causes = await causesOf(scope);
    return { items: causes.map((cause) => ({ ...cause, atStake: cause.atStake.map(toMoneyWire) })) };
  },
});
