import type { WorkItemId } from "@plumbline/domain/id";
import type { WriteDown } from "@plumbline/domain/rating/write-down";
import { minor, type Scenario } from "./scenario-kit.ts";

/** `time 1, 2: 10%`, `Design: 100.00` or `time 3: no charge as agreed`: the work, how much less, and what the client reads. */
export const decisionsOf = ({ given: { decided = [], currency = "EUR" } }: Scenario): WriteDown[] =>
  decided.map((text, index) => {
    const [, about = "", percent, amount, wording] =
      /^(.+?): (?:(\d+)%|([\d.]+)|no charge)(?: as (.+))?$/.exec(text) ?? [];
    if (about === "") throw new Error(`“${text}” is no decision`);
    return {
      id: `d${index}`,
      kind: percent === undefined && amount === undefined ? "no_charge" : "write_down",
      ...(percent !== undefined && { basisPoints: Number(percent) * 100 }),
      ...(amount !== undefined && { amountMinor: String(minor(amount, currency)) }),
      ...(wording !== undefined && { wording }),
      work: idsOf(about).map((id) => [id as WorkItemId, 0]),
    };
  });

const idsOf = (about: string): string[] =>
  about.startsWith("time ")
    ? about
        .slice("time ".length)
        .split(", ")
        .map((place) => `t${Number(place) - 1}`)
    : [about];
