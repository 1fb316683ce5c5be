import type { z } from "zod";
import type { hourBucketFilter, HourBucketWire } from "@plumbline/contract/hour-bucket";
import type { Page } from "@plumbline/contract/page";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type Row = Pick<HourBucketWire, "id" | "startsOn" | "bought" | "reserved" | "carried"> & {
  readonly engagementId: string;
  readonly engagementName: string;
  readonly endsOn: HourBucketWire["startsOn"] | null;
  readonly expiresOn: HourBucketWire["startsOn"] | null;
  readonly used: number;
  readonly page_keys: readonly string[];
};

/**
 * Hours that clients bought, the newest first, with what is left of them.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listHourBuckets(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof hourBucketFilter>>,
): Promise<Page<HourBucketWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(filter, { sort: { "b.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "b.engagement_id": filter.engagementId });
  const rows = await query<Row>(
    scope.tx,
    `select b.id, b.engagement_id as "engagementId", e.name as "engagementName", b.starts_on as "startsOn", b.ends_on as "endsOn",
            b.expires_on as "expiresOn", b.minutes as bought, b.used, b.carried, d.reserved, ${page.keys}
       from hour_buckets b
       join engagements e on e.tenant_id = b.tenant_id and e.id = b.engagement_id
      cross join lateral (
        select coalesce(sum(x.minutes) filter (where x.state = 'reserved'), 0)::int as reserved
          from bucket_draws x where x.tenant_id = b.tenant_id and x.bucket_id = b.id) d
      where ${where} and b.minutes > 0 and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toWire);
}

const toWire = ({
  id,
  engagementId,
  engagementName,
  startsOn,
  endsOn,
  expiresOn,
  bought,
  ...row
}: Row): HourBucketWire => ({
  id,
  engagement: { id: engagementId, name: engagementName },
  startsOn,
  ...(endsOn !== null && { endsOn }),
  ...(expiresOn !== null && { expiresOn }),
  bought,
  reserved: row.reserved,
  consumed: row.used - row.reserved,
  carried: row.carried,
  remaining: bought - row.used,
});
