import { newId } from "@plumbline/platform/new-id";
import type { Operations } from "../chaos/message.ts";
import { pick } from "./pick-one.ts";

/** What comes over from a former system, in files that arrive while the firm already bills here. */
export const openingOperations: Operations = {
  takeOver: async ({ firm, random }) => {
    const collector = await firm.as("collector");
    const [client] = await collector((scope) =>
      pick<{ key: string }>(
        scope,
        random,
        1,
        "select external_id as key from external_refs where kind = 'clients' order by 1",
        [],
      ),
    );
    if (client === undefined) return "nothing to do";
    const gross = Math.ceil(random() * 100_000) + 100;
    const open = Math.ceil(random() * gross);
    const { added } = await firm.take("opening_receivables", [
      {
        number: `OLD-${newId()}`,
        client_key: client.key,
        issued_on: "2026-07-01",
        due_on: "2026-07-31",
        gross: text(gross),
        tax: text(Math.floor(gross / 10)),
        open: text(open),
        cut_over_on: "2026-08-31",
      },
    ]);
    return added === 1 ? "done" : "refused";
  },
  openCredit: async ({ firm, random }) => {
    const collector = await firm.as("collector");
    const payers = `
      select c.external_id as client, g.external_id as engagement
        from engagements e
        join external_refs g on g.tenant_id = e.tenant_id and g.subject_id = e.id and g.kind = 'engagements'
        join external_refs c on c.tenant_id = e.tenant_id and c.subject_id = e.payer_id and c.kind = 'clients'
       where e.currency = 'EUR' order by 1, 2`;
    const [payer] = await collector((scope) =>
      pick<{ client: string; engagement: string }>(scope, random, 1, payers, []),
    );
    if (payer === undefined) return "nothing to do";
    const { added } = await firm.take("opening_credits", [
      {
        client_key: payer.client,
        reference: newId(),
        engagement_key: random() < 0.5 ? payer.engagement : "",
        held: text(Math.ceil(random() * 50_000)),
        cut_over_on: "2026-08-31",
      },
    ]);
    return added === 1 ? "done" : "refused";
  },
  openLimit: async ({ firm, random }) => {
    const collector = await firm.as("collector");
    const capped = `
      select r.external_id as key from external_refs r join limits l on l.tenant_id = r.tenant_id and l.engagement_id = r.subject_id
       where r.kind = 'engagements' and l.kind = 'cap' and l.measure = 'money' and l.project_id is null and l.total is not null order by 1`;
    const [engagement] = await collector((scope) => pick<{ key: string }>(scope, random, 1, capped, []));
    if (engagement === undefined) return "nothing to do";
    const billed_amount = text(Math.ceil(random() * 100_000));
    const { quarantined } = await firm.take("opening_limits", [{ engagement_key: engagement.key, billed_amount }]);
    return quarantined === 0 ? "done" : "refused";
  },
};

const text = (cents: number): string => (cents / 100).toFixed(2);
