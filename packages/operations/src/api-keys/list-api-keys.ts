import type { z } from "zod";
import type { apiKeyFilter, ApiKeyWire } from "@plumbline/contract/api-key";
import type { Page } from "@plumbline/contract/page";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { apiKeyFrom, type ApiKeyRow, apiKeySelect, toWire } from "./api-key-store.ts";

/**
 * One page of the firm's keys, newest first, those that no longer work included.
 *
 * @throws Problem `permission-missing` | `request-invalid` for a cursor of another list
 */
export async function listApiKeys(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof apiKeyFilter>>,
): Promise<Page<ApiKeyWire>> {
  demand(scope, "api-key.manage");
  const page = keysetPage(filter, { sort: { "k.id": "uuid" }, direction: "desc" });
  const rows = await query<ApiKeyRow & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${apiKeySelect}, ${page.keys} from ${apiKeyFrom} where ${page.after} ${page.tail}`,
    page.values,
  );
  return page.of(rows, toWire);
}
