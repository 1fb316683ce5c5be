import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api.ts";
import { tellDone, tellRefused } from "../notify.ts";
import { words } from "../words/words.ts";
import { moveInvoice, type MoveRequest } from "./move-invoice.ts";

/** Refusals that mean somebody was faster: what is on screen is no longer so. */
const stale = new Set(["precondition-failed", "content-changed", "invoice-move-refused", "work-changed"]);

const isStale = (error: unknown): boolean => error instanceof ApiProblem && stale.has(error.kind ?? "");

/**
 * Makes a move, says so, and looks again at everything it may have changed.
 *
 * @param options.onStale told when somebody was faster; without it the refusal is told like any other
 */
export function useMove(options: { readonly onStale?: () => void; readonly onMoved?: () => void } = {}) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: MoveRequest) => moveInvoice(request),
    onSuccess: (invoice, { move }) => {
      tellDone(words.moved[move](words.invoiceName(invoice)));
      options.onMoved?.();
    },
    onError: (error, { move }) => {
      if (isStale(error) && options.onStale !== undefined) options.onStale();
      else tellRefused(words.notMoved[move], error);
    },
    onSettled: (_invoice, _error, { invoice }) =>
      Promise.all(
        [["invoice", invoice.id], ["invoices"], ["pipeline"]].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
