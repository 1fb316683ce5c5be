import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { ActionButton } from "../../../ui/ActionButton.tsx";
import { useSession } from "../../session.ts";
import { words } from "../../words/words.ts";
import { BillingRunDialog } from "./BillingRunDialog.tsx";
import type { Pipeline } from "./pipeline-query.ts";

/** Bills a month: what will happen is said first, then how far it is, and it can be stopped. */
export function BillingRunButton({ latestPeriod }: { readonly latestPeriod: Pipeline["latestPeriod"] }): ReactNode {
  const [open, dialog] = useDisclosure(false);
  const { permissions } = useSession();
  const disabledReason = permissions.includes("billing.run") ? undefined : words.billingRunNotYours;
  return (
    <>
      <ActionButton primary disabledReason={disabledReason} onPress={dialog.open}>
        {words.startBillingRun}
      </ActionButton>
      {open && <BillingRunDialog latestPeriod={latestPeriod} onClose={dialog.close} />}
    </>
  );
}
