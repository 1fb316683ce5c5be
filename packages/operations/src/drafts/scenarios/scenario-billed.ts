import { monthStart } from "@plumbline/domain/engagement/time-terms";
import type { InvoiceLineId, WorkerId } from "@plumbline/domain/id";
import type { BilledBefore } from "@plumbline/domain/rating/billed-before";
import { day, engagementId, type Given } from "./scenario-kit.ts";

export function billedBeforeOf({ billed = [], increment = { minutes: 1, per: "entry" } }: Given): BilledBefore {
  const days = billed.map((text) => {
    const match = /^(\S+) (\d+) min as (\d+)$/.exec(text);
    if (match === null) throw new Error(`“${text}” is not time that was billed`);
    const [, on = "", minutes, billedMinutes] = match;
    return {
      engagementId,
      workerId: "w" as WorkerId,
      workedOn: day(on),
      task: "",
      increment,
      minutes: Number(minutes),
      billedMinutes: Number(billedMinutes),
      lineId: "before" as InvoiceLineId,
    };
  });
  const months = days.map(({ workedOn, billedMinutes }) => ({
    engagementId,
    month: monthStart(workedOn),
    billedMinutes,
  }));
  return { days, months };
}
