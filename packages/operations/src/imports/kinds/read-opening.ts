import type { Opening } from "@plumbline/domain/calendar/business-calendar";
import { cut, type RowReader } from "../row-reader.ts";

/** When a day opens and closes, on the wall; neither when it is closed. */
export function readOpening(row: RowReader): Opening | undefined {
  const opens = row.optional("opens", (field) => readTime(row, field));
  const closes = row.optional("closes", (field) => readTime(row, field));
  if ((row.text("opens") === "") !== (row.text("closes") === "")) {
    const [given, missing] = row.text("opens") === "" ? ["closes", "opens"] : ["opens", "closes"];
    return row.refuse(missing, `is empty, while ${given} is not: a day has both, or is closed`);
  }
  if (opens === undefined || closes === undefined) return undefined;
  if (opens >= closes) return row.refuse("closes", "is not after opens; a shift over midnight is two days' hours");
  return { opens, closes };
}

function readTime(row: RowReader, field: string): number | undefined {
  const text = row.key(field);
  const [, hour = "", minute = ""] = /^(\d{2}):(\d{2})$/.exec(text) ?? [];
  const time = Number(hour) * 60 + Number(minute);
  if (hour !== "" && Number(minute) < 60 && time <= 24 * 60) return time;
  return row.refuse(field, `“${cut(text)}” is not a time such as 09:00`);
}
