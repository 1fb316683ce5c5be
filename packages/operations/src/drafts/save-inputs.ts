import type { InvoiceId } from "@plumbline/domain/id";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { Draft } from "./assemble-drafts.ts";
import type { ChargedWork } from "./draft-client.ts";
import { inputsText } from "./drafting-inputs.ts";
import type { LoadedBook } from "./load-run-book.ts";
import type { Place } from "./place.ts";

/** Drafts that were made together, and so from the same inputs. */
type Drafting = {
  readonly charged: ChargedWork;
  readonly drafts: readonly Draft[];
  readonly place?: Place;
  readonly contentVersion: number;
};

/** Keeps what drafts were made from, once for all that were made together. */
export async function saveInputs(scope: Scope, book: LoadedBook, made: readonly Drafting[]): Promise<void> {
  await saveInputTexts(
    scope,
    made
      .filter(({ drafts }) => drafts.length > 0)
      .map((drafting) => ({ ...drafting, inputs: inputsText(book, drafting) })),
  );
}

/** The same with the text at hand. */
export async function saveInputTexts(
  scope: Scope,
  made: readonly {
    readonly drafts: readonly { readonly id: InvoiceId }[];
    readonly contentVersion: number;
    readonly inputs: string;
  }[],
): Promise<void> {
  const draftings = made.map((drafting) => ({ ...drafting, id: scope.newId<"drafting">() }));
  await insertRows(scope.tx, "draftings", draftings, {
    id: ["uuid", ({ id }) => id],
    inputs: ["text", ({ inputs }) => inputs],
    hash: ["text", ({ inputs }) => sha256(inputs)],
  });
  await insertRows(
    scope.tx,
    "drafted_contents",
    draftings.flatMap(({ id, drafts, contentVersion }) => drafts.map((draft) => ({ id, draft, contentVersion }))),
    {
      invoice_id: ["uuid", ({ draft }) => draft.id],
      content_version: ["int", ({ contentVersion }) => contentVersion],
      drafting_id: ["uuid", ({ id }) => id],
    },
  );
}
