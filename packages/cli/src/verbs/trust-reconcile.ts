import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import { Failure } from "../failure.ts";
import { type Cell, table } from "../printing/table.ts";
import { type Answer, verb } from "../verb.ts";

export const trustReconcile = verb({
  name: "trust reconcile",
  summary: "Hold the bank, the trust ledger and the matters against each other, and fail when they differ",
  arguments: {
    ENTITY: { what: "id of the legal entity that keeps the money" },
    DAY: { what: "the day, such as 2026-10-31" },
    BALANCE: { what: "the bank's closing balance, such as 7500.00" },
    CURRENCY: { what: "such as USD" },
    OUTSTANDING: { what: 'what the bank does not show yet: "cheque 12=-20.00"', many: true, optional: true },
  },
  examples: ['trust reconcile 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02 2026-10-31 7500.00 USD "cheque 12=-20.00"'],
  run: async ({ connect, arguments: said, world }) => {
    const outstanding = said.OUTSTANDING.map((text) => readOutstanding(text, said.CURRENCY));
    const { ask } = await connect();
    const body = {
      legalEntityId: said.ENTITY,
      on: said.DAY,
      statementBalance: { amount: said.BALANCE, currency: said.CURRENCY },
      outstanding,
    };
    const header = { "Idempotency-Key": randomUUID() };
    const found = await ask((client) => client.POST("/v1/trust-reconciliations", { params: { header }, body }));
    return reconciled(found, world.out.columns);
  },
});

function readOutstanding(text: string, currency: string) {
  const at = text.lastIndexOf("=");
  if (at < 1)
    throw new Failure("usage", `“${text}” is not what is outstanding and its amount, such as "cheque 12=-20.00".`);
  return { what: text.slice(0, at).trim(), amount: { amount: text.slice(at + 1).trim(), currency } };
}

/** Three balances, and every difference by name. */
export function reconciled(found: Schemas["TrustReconciliation"], width: number | undefined): Answer {
  const said = ({ amount, currency }: Schemas["TrustReconciliation"]["bank"]) => `${amount} ${currency}`;
  const rows: readonly Cell[][] = [
    ["bank, with what is outstanding", said(found.bank)],
    ["trust ledger", said(found.ledger)],
    ["all matters", said(found.matters)],
    ...found.held.map(({ engagement, balance }) => [`  ${engagement.name}`, said(balance)]),
  ];
  return {
    document: found,
    exit: found.agrees ? "done" : "failed",
    lines: (style) => [
      ...table([{ title: "what" }, { title: "balance", align: "right" }], rows, { style, width }),
      ...(found.agrees ? [style.good("All three agree.")] : []),
      ...found.differences.map(({ what, amount }) => style.bad(`${said(amount)}: ${what}.`)),
    ],
  };
}
