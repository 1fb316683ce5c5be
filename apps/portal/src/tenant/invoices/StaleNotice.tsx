import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { momentText, personText } from "../formats.ts";
import { timelineQuery } from "./invoice-queries.ts";
import { words } from "../words/words.ts";

type Props = { readonly invoiceId: string; readonly onClose: () => void };

/** Somebody was faster: who, what they did and why. What is below is how the invoice stands now. */
export function StaleNotice({ invoiceId, onClose }: Props): ReactNode {
  const { data: timeline } = useQuery(timelineQuery(invoiceId));
  const last = timeline?.at(-1);
  return (
    <div className="notice" role="alert">
      <IconRefresh size={18} stroke={1.8} aria-hidden />
      <div>
        <strong>{words.changedMeanwhile}</strong>
        {last !== undefined && (
          <p>
            {words.lastChange(words.eventName(last.what), personText(last.by), momentText(last.at))}
            {last.reason !== undefined && <q>{last.reason}</q>}
          </p>
        )}
        <p>{words.nothingDone}</p>
      </div>
      <Button variant="default" onClick={onClose}>
        {words.understood}
      </Button>
    </div>
  );
}
