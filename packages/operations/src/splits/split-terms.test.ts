import { describe, expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { entry, splitFirm, thirds } from "./test-kit.ts";

const database = useTestDatabase();
const open = (parts: string, given: Parameters<typeof splitFirm>[2] = {}) =>
  splitFirm(database.current.pool, parts, given);

describe("what a split may be", () => {
  it.each([
    ["c1: 1/3 | c2: 1/3", "the shares sum to 2/3, not to 100 %"],
    ["c1: 50% | c1: 50%", "“c1: 50%” is a second part of the same payer, order and cost centre"],
    ["c1: 100%", "“c1: 100%” is not a payer and a share between nothing and all, such as acme: 1/3 or acme: 40%"],
    ["c1: 50% | c9: 50%", "there is no client “c9”"],
    ["c1: 50% | c2: 50%, order PO-9", "the engagement has no purchase order “PO-9”"],
    ["c1: 50% | c2: 50%, colour red", "“colour red” is none of order, cost centre and profile, each with what it is"],
    ["c1: 50% | c2: 50%, profile loud", "“loud” is no delivery profile of “c2”"],
  ])("refuses %s", async (parts, reason) => {
    const firm = await open(parts, { agreed: 0 });
    expect(await firm.faults()).toEqual([{ field: "parts", reason }]);
  });

  it("refuses a second split of the same work and day, and one that ends before it starts", async () => {
    const firm = await open(thirds);
    const row = { engagement_key: "e1", parts: thirds };
    expect(await firm.firm.take("splits", [{ ...row, split_key: "s2" }])).toMatchObject({ added: 0, quarantined: 1 });
    const days = { starts_on: "2026-11-01", ends_on: "2026-11-01" };
    expect(await firm.firm.take("splits", [{ ...row, ...days, split_key: "s3" }])).toMatchObject({ quarantined: 1 });
    const later = { ...row, starts_on: "2026-11-01", split_key: "s4" };
    expect(await firm.firm.take("splits", [later])).toMatchObject({ added: 1 });
    expect(await firm.firm.take("splits", [later])).toMatchObject({ unchanged: 1 });
    expect(await firm.firm.take("splits", [{ ...later, parts: "c1: 40% | c2: 60%" }])).toMatchObject({ changed: 1 });
  });

  it("refuses money paid ahead and amounts per invoice beside it, whichever comes first", async () => {
    const amounts = { discounts: "50.00" };
    const first = await open(thirds, {
      engagement: { retainer_minimum: "100.00", retainer_target: "500.00" },
      agreed: 0,
    });
    expect(await first.faults()).toMatchObject([{ field: "engagement_key" }]);
    const second = await open(thirds, { engagement: amounts, agreed: 0 });
    expect(await second.faults()).toMatchObject([{ field: "engagement_key" }]);
    const third = await open(thirds);
    expect(await third.firm.take("engagements", [{ ...third.terms, ...amounts }])).toMatchObject({ quarantined: 1 });
  });
});

describe("time of which a part is billed", () => {
  it("is not edited, because each payer was asked for a part of it as it was", async () => {
    const firm = await open(thirds);
    await firm.firm.take("time_entries", [entry("t1", "1.00")]);
    await firm.bill();
    await firm.close();
    expect(await firm.firm.take("time_entries", [entry("t1", "2.00")])).toMatchObject({ changed: 0, quarantined: 1 });
    expect(await firm.faults()).toMatchObject([
      { reason: expect.stringContaining("a part of it was already billed on invoice") },
    ]);
  });
});

describe("the database", () => {
  const billed = async () => {
    const firm = await open(thirds);
    await firm.firm.take("time_entries", [entry("t1", "1.67")]);
    await firm.bill();
    return firm;
  };
  const copy = (changes: string, where: string) => `
    insert into claims (tenant_id, id, work_item_id, work_item_version, share, minutes, billed_minutes, line_id, outcome, reason, billing_run_id,
                        partial, part, split_id, whole_minutes)
    select c.tenant_id, gen_random_uuid(), ${changes}, c.billing_run_id, c.partial, c.part, c.split_id, c.whole_minutes
      from claims c where ${where}`;

  it.each([
    [
      "the same part twice",
      copy("work_item_id, work_item_version, share, minutes, billed_minutes, line_id, outcome, reason", "part = 1"),
      "23505",
    ],
    [
      "all of it beside a part",
      `insert into claims (id, work_item_id, work_item_version, share, minutes, outcome, reason, billing_run_id, partial)
       select gen_random_uuid(), work_item_id, work_item_version, share, 1, 'written_off', 'x', billing_run_id, true from claims where part = 1`,
      "PL178",
    ],
    [
      "a part billed to who does not bear it",
      `with gone as (update claims set released_at = now() where part = 1 returning *)
       insert into claims (id, work_item_id, work_item_version, share, minutes, billed_minutes, line_id, billing_run_id, partial, part, split_id, whole_minutes)
       select gen_random_uuid(), work_item_id, work_item_version, 1, 34, 34, (select line_id from claims where part = 2), billing_run_id, true, 1, split_id, 100 from gone`,
      "PL179",
    ],
    [
      "more minutes than the share",
      `insert into claims (id, work_item_id, work_item_version, share, minutes, outcome, reason, billing_run_id, partial, part, split_id, whole_minutes)
       select gen_random_uuid(), work_item_id, work_item_version, 1, 0, 'written_off', 'x', billing_run_id, true, 1, split_id, 100 from claims where part = 1`,
      "PL178",
    ],
    ["a split that changes", "update splits set effective_from = '2026-11-01'", "42501"],
    ["a split that ends and is no other", "update splits set known_to = now() - interval '1 day'", "PL177"],
    [
      "a split that is not a whole",
      "insert into splits (id, agreement_id, engagement_id, effective_from) select gen_random_uuid(), gen_random_uuid(), engagement_id, '2027-01-01' from splits",
      "PL176",
    ],
    [
      "one part more than the whole",
      "insert into split_parts (split_id, position, weight, of, payer_id, delivery_profile_id, cost_centre) select split_id, 4, 1, of, payer_id, delivery_profile_id, 'K' from split_parts where position = 1",
      "PL176",
    ],
  ])("refuses %s", async (_what, sql, code) => {
    const firm = await billed();
    await expect(firm.coordinator((scope) => scope.tx.raw(sql))).rejects.toMatchObject({ code });
  });
});
