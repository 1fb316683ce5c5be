import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Bones } from "../../../ui/Bones.tsx";
import { dateText, hoursText } from "../../formats.ts";
import { entriesQuery } from "../../invoices/invoice-queries.ts";
import { words } from "../../words/words.ts";

/** Enough for a month of a large engagement; what lies beyond is fetched when asked for. */
const pagesAtOnce = 10;

type Props = { readonly invoiceId: string; readonly line: number };

/** The work that a line bills: who did what, when, and for how long. */
export function Entries({ invoiceId, line }: Props): ReactNode {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery(entriesQuery(invoiceId));
  const pages = data?.pages.length ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetching && pages < pagesAtOnce) void fetchNextPage();
  }, [hasNextPage, isFetching, pages, fetchNextPage]);
  if (data === undefined) {
    return error === null ? (
      <Bones rows={3} height={28} label={words.loading} />
    ) : (
      <p role="alert">
        {words.failed}{" "}
        <Button variant="default" onClick={() => void refetch()}>
          {words.retry}
        </Button>
      </p>
    );
  }
  const entries = data.pages.flatMap(({ items }) => items).filter((entry) => entry.line === line);
  return (
    <>
      <table className="entries">
        <thead>
          <tr>
            <th scope="col">{words.day}</th>
            <th scope="col">{words.person}</th>
            <th scope="col">{words.work}</th>
            <th scope="col" className="right">
              {words.recorded}
            </th>
            <th scope="col" className="right">
              {words.billed}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.workItemId}>
              <td className="num nowrap">{dateText(entry.workedOn)}</td>
              <td>
                {entry.worker}
                {entry.role !== undefined && <span className="line-project">{entry.role}</span>}
              </td>
              <td>{entry.narrative}</td>
              <td className="right num">{hoursText(entry.minutes)}</td>
              <td className="right num">{hoursText(entry.billedMinutes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasNextPage && pages >= pagesAtOnce && (
        <Button variant="subtle" loading={isFetching} onClick={() => void fetchNextPage()}>
          {words.showMore}
        </Button>
      )}
    </>
  );
}
