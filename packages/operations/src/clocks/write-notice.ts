import { lateSeconds } from "@plumbline/domain/clock/plan-clock";
import { platformTerms } from "@plumbline/domain/clock/waits";
import { minorToWire } from "@plumbline/contract/scalar";
import type { Notice, NoticeItem } from "./plan-notice.ts";

/** A message as people read it: one line for each thing that waits, the one that waits longest first. */
export function writeNotice({ firm, role, items }: Notice): { readonly subject: string; readonly text: string } {
  const things = items.length === 1 ? "1 thing waits" : `${items.length} things wait`;
  const whom = role.replaceAll("_", " ");
  return {
    subject: `${firm}: ${things} for you as ${whom}`,
    text: [`At ${firm}, ${things} for those who are ${whom}:`, "", ...items.flatMap(linesOf)].join("\n"),
  };
}

/** Steps in the words of whoever is told. */
const because = {
  remind: "a reminder",
  delegate: "please stand in",
  escalate: "it comes to you, because nobody did it in time",
} as const;

function linesOf(item: NoticeItem): readonly string[] {
  const { wait, name, client, minor, currency, zone, since, due, now, does } = item;
  const about = client === null || client === name ? name : `${client}: ${name}`;
  const sum = minor === null ? undefined : minorToWire(minor, currency);
  const late = lateSeconds(due, now);
  return [
    `- ${platformTerms(wait).what}: ${about}${sum === undefined ? "" : `, ${sum.amount} ${sum.currency}`}`,
    `  waits since ${wall(since, zone)}, ${late > 0 ? `late since ${wall(due, zone)}` : `until ${wall(due, zone)}`} (${zone}); ${because[does]}`,
  ];
}

/** To the minute, as the wall shows it there. */
const wall = (instant: Date, zone: string): string =>
  // Sweden writes dates as ISO 8601 does.
  instant.toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
