import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import "./approvals.css";
import { Badge } from "../../../ui/Badge.tsx";
import { Blank } from "../../../ui/Blank.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { useKeys } from "../../../ui/use-keys.ts";
import { Failure } from "../../Failure.tsx";
import { invoicesQuery } from "../../invoices/invoice-queries.ts";
import { useTitle } from "../../use-title.ts";
import { PageBones } from "../../PageBones.tsx";
import { words } from "../../words/words.ts";
import { BulkBar } from "./BulkBar.tsx";
import { Detail } from "./Detail.tsx";
import { InboxRow } from "./InboxRow.tsx";

/** What waits for whoever is signed in: a list, one of it in detail, and the decision. */
export function ApprovalsPage(): ReactNode {
  useTitle(words.approvals);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    invoicesQuery({ awaitingMe: "true" }),
  );
  const invoices = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  return (
    <>
      <PageHeader title={words.approvals} note={<Badge>{words.waitingForYou}</Badge>} />
      {invoices === undefined && error === null && <PageBones />}
      {invoices === undefined && error !== null && <Failure error={error} retry={() => void refetch()} />}
      {invoices?.length === 0 && <Blank title={words.allClear} text={words.allClearHint} />}
      {invoices !== undefined && invoices.length > 0 && (
        <Inbox
          invoices={invoices}
          more={hasNextPage ? { busy: isFetchingNextPage, show: () => void fetchNextPage() } : undefined}
        />
      )}
    </>
  );
}

/** As in approvals.css. */
const narrow = "(max-width: 1000px)";

type InboxProps = {
  readonly invoices: Parameters<typeof BulkBar>[0]["invoices"];
  readonly more: { readonly busy: boolean; readonly show: () => void } | undefined;
};

function Inbox({ invoices, more }: InboxProps): ReactNode {
  const search = useSearch({ from: "/approvals" });
  const navigate = useNavigate({ from: "/approvals" });
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const found = invoices.findIndex(({ id }) => id === search.invoice);
  const at = found === -1 ? 0 : found;
  const current = invoices[at];
  const open = (place: number) => {
    const next = invoices[Math.min(invoices.length - 1, Math.max(0, place))];
    if (next === undefined) return;
    void navigate({ search: { invoice: next.id }, replace: true });
    document.querySelector(`[data-row="${next.id}"]`)?.scrollIntoView({ block: "nearest" });
    // On a narrow window the detail is below the list.
    if (matchMedia(narrow).matches) document.querySelector(".detail")?.scrollIntoView();
  };
  const pick = (id: string) =>
    setPicked((before) =>
      before.has(id) ? new Set([...before].filter((each) => each !== id)) : new Set([...before, id]),
    );
  useKeys({ j: () => open(at + 1), k: () => open(at - 1), x: () => current !== undefined && pick(current.id) });
  return (
    <div className="inbox">
      <section className="inbox-list" aria-label={words.approvals}>
        <BulkBar invoices={invoices} picked={picked} onPick={setPicked} />
        <ul>
          {invoices.map((invoice, place) => (
            <InboxRow
              key={invoice.id}
              invoice={invoice}
              current={place === at}
              picked={picked.has(invoice.id)}
              onPick={() => pick(invoice.id)}
              onOpen={() => open(place)}
            />
          ))}
        </ul>
        {more !== undefined && (
          <button type="button" className="inbox-more" disabled={more.busy} onClick={more.show}>
            {words.showMore}
          </button>
        )}
      </section>
      {current !== undefined && <Detail key={current.id} invoiceId={current.id} onMoved={() => open(at + 1)} />}
    </div>
  );
}
