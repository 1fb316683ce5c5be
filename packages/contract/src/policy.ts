import { z } from "zod";
import { invoiceStages } from "@plumbline/domain/invoice/lifecycle";
import { ruleChanges } from "@plumbline/domain/policy/compare-packs";
import { verdicts } from "@plumbline/domain/policy/compare-rulings";
import { subjects } from "@plumbline/domain/policy/facts";
import { layers, outcomes } from "@plumbline/domain/policy/policy-pack";
import { pageQuery } from "./page.ts";
import { id, instant, localDate, moneyWire, named, reason, sha256Text } from "./scalar.ts";

const filesMax = 50;
const fileCharactersMax = 200_000;

const examplePack = `pack: house-rules
rules:
  - id: many-hours
    on: invoice
    require: invoice.minutes <= 60000
    severity: warn
    category: business
    owner: practice_lead
    message: "More than 1,000 hours on one invoice: talk to the client before it goes out."
    cases:
      - given: { invoice: { minutes: 60000 } }
        expect: pass
      - given: { invoice: { minutes: 60001 } }
        expect: warn
`;

const files = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(200).meta({ example: "house-rules.yaml" }),
      text: z.string().min(1).max(fileCharactersMax).meta({ description: "One pack, in YAML.", example: examplePack }),
    }),
  )
  .min(1)
  .max(filesMax)
  .meta({ description: "The firm's own packs, all of them: one that is left out is given up." });

export const policyCheckInput = z.strictObject({ files });
export const policyProposalInput = z.strictObject({ files, reason });
export const policyRollbackInput = z.strictObject({ reason });
export const policyDryRunInput = z.strictObject({
  since: localDate.meta({
    description: "Invoices whose period ended after this day are looked at.",
    example: "2026-01-01",
  }),
});

const by = { by: z.string(), at: instant };
const proposalId = id<"policy-proposal">();
const outcome = z.enum(outcomes);

const packWire = z.strictObject({ pack: z.string(), layer: z.enum(layers), rules: z.array(z.string()) });
const packsExample = [
  { pack: "purchase-orders", layer: "platform", rules: ["po-required", "po-invalid", "po-exhausted"] },
];

const changeWire = z.strictObject({
  pack: z.string(),
  rule: z.string(),
  on: z.enum(subjects),
  change: z.enum(ruleChanges),
  members: z.array(z.string()).meta({ description: "What of a changed rule differs." }),
});
const changeExample = { pack: "house-rules", rule: "many-hours", on: "invoice", change: "added", members: [] };

const hashExample = sha256Text.meta()?.["example"];

/** What a firm's own packs would make, together with those above them. */
export const policyCheckWire = z
  .strictObject({
    hash: sha256Text,
    inForce: sha256Text,
    packs: z.array(packWire),
    cases: z.int().meta({ description: "Inline cases that turned out as they say." }),
    changes: z.array(changeWire).meta({ description: "Against what is in force." }),
  })
  .meta({
    id: "PolicyCheck",
    example: { hash: hashExample, inForce: hashExample, packs: packsExample, cases: 41, changes: [changeExample] },
  });
export type PolicyCheckWire = z.infer<typeof policyCheckWire>;

const proposal = {
  id: z.uuid(),
  hash: sha256Text,
  reason: z.string(),
  proposed: z.strictObject(by),
  published: z.strictObject(by).optional(),
  dryRunId: z.uuid().optional().meta({ description: "The last dry run of it." }),
};
const proposalExample = {
  id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1e00",
  hash: hashExample,
  reason: "Long invoices are talked about first",
  proposed: { by: "Ada Admin", at: "2026-11-05T09:00:00.000Z" },
};

/** Policies that were proposed. */
export const policyProposalWire = z.strictObject(proposal).meta({ id: "PolicyProposal", example: proposalExample });
export type PolicyProposalWire = z.infer<typeof policyProposalWire>;

/** Policies that were proposed, with what they change. */
export const policyProposalDetailWire = z
  .strictObject({
    ...proposal,
    changes: z.array(changeWire).meta({
      description: "Against what is in force; once published, against what was in force before.",
    }),
  })
  .meta({ id: "PolicyProposalDetail", example: { ...proposalExample, changes: [changeExample] } });
export type PolicyProposalDetailWire = z.infer<typeof policyProposalDetailWire>;

const verdict = z.enum(verdicts).meta({
  description:
    "`newly_blocked`, `newly_passing`: what the proposed policies would make of it; `not_known`: they ask for something " +
    "that was not kept, which stops an invoice; `unchanged`: it stands or is stopped as before, whatever else is said.",
});

/** What proposed policies would have made of past invoices. */
export const policyDryRunWire = z
  .strictObject({
    id: z.uuid(),
    proposalId: z.uuid(),
    hash: sha256Text,
    against: sha256Text.meta({ description: "What was in force." }),
    isCurrent: z.boolean().meta({ description: "Whether that is in force still: only then can it be published on." }),
    since: localDate,
    ran: z.strictObject(by),
    invoices: z.int(),
    figures: z.array(
      z.strictObject({
        verdict,
        invoices: z.int(),
        amounts: z.array(moneyWire).meta({ description: "Totals, per currency." }),
      }),
    ),
    rulings: z
      .array(
        z.strictObject({ rule: z.string(), before: outcome.optional(), after: outcome.optional(), invoices: z.int() }),
      )
      .meta({ description: "Which rules say something else, and about how many invoices." }),
    notJudged: z
      .array(z.string())
      .meta({ description: "Changed rules about work, which is not judged anew: only facts of invoices are kept." }),
  })
  .meta({
    id: "PolicyDryRun",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1e10",
      proposalId: proposalExample.id,
      hash: hashExample,
      against: hashExample,
      isCurrent: true,
      since: "2026-01-01",
      ran: { by: "Ada Admin", at: "2026-11-05T09:05:00.000Z" },
      invoices: 120,
      figures: [
        { verdict: "newly_blocked", invoices: 1, amounts: [{ amount: "1190.00", currency: "EUR" }] },
        { verdict: "unchanged", invoices: 119, amounts: [{ amount: "140230.00", currency: "EUR" }] },
      ],
      rulings: [{ rule: "many-hours", after: "block", invoices: 1 }],
      notJudged: [],
    },
  });
export type PolicyDryRunWire = z.infer<typeof policyDryRunWire>;

/** One invoice of a dry run. */
export const dryRunInvoiceWire = z
  .strictObject({
    invoice: z.strictObject({ id: z.uuid(), number: z.string().optional(), stage: z.enum(invoiceStages) }),
    client: named("ClientName"),
    total: moneyWire,
    verdict,
    changes: z.array(z.strictObject({ rule: z.string(), before: outcome.optional(), after: outcome.optional() })),
  })
  .meta({
    id: "PolicyDryRunInvoice",
    example: {
      invoice: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", number: "MC-DE-2026-00042", stage: "issued" },
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      total: { amount: "1190.00", currency: "EUR" },
      verdict: "newly_blocked",
      changes: [{ rule: "many-hours", after: "block" }],
    },
  });
export type DryRunInvoiceWire = z.infer<typeof dryRunInvoiceWire>;

/** Policies that came into force. */
export const policyPublicationWire = z
  .strictObject({
    id: z.uuid(),
    hash: sha256Text,
    published: z.strictObject(by),
    proposalId: z.uuid().optional().meta({ description: "Absent for those a firm began with." }),
    packs: z.array(packWire),
  })
  .meta({
    id: "PolicyPublication",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1e20",
      hash: hashExample,
      published: { by: "Carl Controller", at: "2026-11-05T09:10:00.000Z" },
      proposalId: proposalExample.id,
      packs: packsExample,
    },
  });
export type PolicyPublicationWire = z.infer<typeof policyPublicationWire>;

/** What was ruled on an invoice, ruled again on the kept facts by the kept rules. */
export const policyReplayWire = z
  .strictObject({
    invoiceId: z.uuid(),
    matches: z.boolean().meta({ description: "Whether every ruling came out as it was kept." }),
    decisions: z
      .array(
        z.strictObject({
          at: instant,
          contentVersion: z.int(),
          hash: sha256Text.meta({ description: "The policies that ruled." }),
          intact: z.boolean().meta({ description: "Whether the kept rules still have this hash." }),
          facts: z.record(z.string(), z.record(z.string(), z.unknown())),
          rulings: z.array(z.strictObject({ rule: z.string(), outcome })),
          differences: z.array(
            z.strictObject({ rule: z.string(), kept: outcome.optional(), replayed: outcome.optional() }),
          ),
        }),
      )
      .meta({ description: "Oldest first." }),
  })
  .meta({
    id: "PolicyReplay",
    example: {
      invoiceId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
      matches: true,
      decisions: [
        {
          at: "2026-11-05T09:00:00.000Z",
          contentVersion: 1,
          hash: hashExample,
          intact: true,
          facts: { client: { poRequired: true }, po: { present: true } },
          rulings: [{ rule: "po-required", outcome: "pass" }],
          differences: [],
        },
      ],
    },
  });
export type PolicyReplayWire = z.infer<typeof policyReplayWire>;

export const policyProposalParams = z.strictObject({ policyProposalId: proposalId });
export const policyDryRunParams = z.strictObject({ policyDryRunId: id<"policy-dry-run">() });
export const policyPublicationParams = z.strictObject({ policyPublicationId: id<"policy-publication">() });
export const dryRunInvoiceFilter = { ...pageQuery, verdict: z.enum(verdicts).optional() };
