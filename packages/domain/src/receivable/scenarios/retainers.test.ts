import type { EngagementId, InvoiceId } from "../../id.ts";
import { toDecimal } from "../../money/decimal.ts";
import { money } from "../../money/money.ts";
import { drawRetainers } from "../draw-retainer.ts";
import { amountOf, playScenarios } from "./test-kit.ts";

type Given = {
  /** Such as "D1 e1 300.00", oldest first. */
  readonly deposits: readonly string[];
  /** Number, what is payable, and the net of each engagement. */
  readonly invoices: readonly string[];
};

playScenarios(new URL("retainers.yaml", import.meta.url), ({ deposits, invoices }: Given) =>
  drawRetainers(
    invoices.map((text) => {
      const [invoiceId = "", payable = "", ...parts] = text.split(" ");
      const netOf = new Map(
        parts.map((part) => {
          const [engagement = "", net = ""] = part.split(":");
          return [engagement as EngagementId, amountOf(net).minor];
        }),
      );
      const netMinor = [...netOf.values()].reduce((sum, net) => sum + net, 0n);
      return { invoiceId: invoiceId as InvoiceId, payableMinor: amountOf(payable).minor, netMinor, netOf };
    }),
    deposits.map((text) => {
      const [id = "", engagement = "", left = ""] = text.split(" ");
      return { id, engagementId: engagement as EngagementId, leftMinor: amountOf(left).minor };
    }),
  ).map(({ depositId, invoiceId, minor }) => `${invoiceId} takes ${toDecimal(money(minor, "EUR"))} of ${depositId}`),
);
