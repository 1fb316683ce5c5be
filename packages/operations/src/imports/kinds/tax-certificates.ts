import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId } from "@plumbline/domain/id";
import { isUsState } from "@plumbline/domain/tax/us-state";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { replaceKnown } from "../known-rows.ts";
import { cut, type RowReader } from "../row-reader.ts";

type CertificateItem = {
  readonly clientId: ClientId | undefined;
  readonly number: string;
  readonly states: readonly string[];
  readonly reason: string;
  readonly from: LocalDate | undefined;
  readonly until: LocalDate | undefined;
  readonly whenExpired: "taxable" | "pending";
  readonly document: string;
  readonly sha256: string;
};

const sha256Form = /^[0-9a-f]{64}$/;

export const taxCertificates: ImportKindSpec<CertificateItem> = {
  keyField: "certificate_key",
  key: (row) => row.key("certificate_key"),
  read: (row, references) => {
    const from = row.date("valid_from");
    const last = row.optional("valid_to", row.date);
    if (from !== undefined && last !== undefined && last < from) row.refuse("valid_to", "is before valid_from");
    const sha256 = row.key("document_sha256").toLowerCase();
    if (sha256 !== "" && !sha256Form.test(sha256)) row.refuse("document_sha256", "is not 64 hexadecimal digits");
    return {
      clientId: row.lookUp("client_key", references.clients, "client"),
      number: row.key("number"),
      states: readStates(row),
      reason: row.needed("reason", 200),
      from,
      until: last === undefined ? undefined : addDays(last, 1),
      whenExpired: row.oneOf("when_expired", ["taxable", "pending"], "pending"),
      document: row.needed("document", 200),
      sha256,
    };
  },
  add: save,
  change: (scope, items) =>
    replaceKnown(scope, { kind: "tax_certificates", table: "tax_certificates", items, add: save }),
};

function readStates(row: RowReader): string[] {
  const states = row
    .needed("states")
    .split("|")
    .map((state) => state.trim().toUpperCase())
    .filter((state) => state !== "");
  const wrong = states.find((state) => !isUsState(state));
  if (wrong !== undefined) row.refuse("states", `“${cut(wrong)}” is not a state of two capitals`);
  return [...new Set(states)];
}

async function save(scope: Scope, items: readonly Keyed<CertificateItem>[]): Promise<void> {
  await insertRows(scope.tx, "tax_certificates", items, {
    id: ["uuid", ({ id }) => id],
    client_id: ["uuid", ({ item }) => item.clientId],
    number: ["text", ({ item }) => item.number],
    states: ["text[]", ({ item }) => item.states],
    reason: ["text", ({ item }) => item.reason],
    valid_from: ["date", ({ item }) => item.from],
    valid_to: ["date", ({ item }) => item.until],
    when_expired: ["text", ({ item }) => item.whenExpired],
    document: ["text", ({ item }) => item.document],
    document_sha256: ["text", ({ item }) => item.sha256],
  });
}
