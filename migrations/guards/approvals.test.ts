import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { useTestDatabase } from "@plumbline/testing/test-database";
import {
  advance,
  change,
  type Draft,
  draftInvoice,
  refusal,
  revise,
  sendBack,
  sign,
  submit,
} from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger } from "@plumbline/testing/ledger";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const submitted = async () => advance(ledger, await draftInvoice(ledger), "validation_pending");
const managerMoves = (draft: Draft) => refusal(change(ledger, "manager", draft, "stage = 'manager_approved'"));
const financeMoves = (draft: Draft) => refusal(change(ledger, "finance", draft, "stage = 'finance_approved'"));

describe("who may sign", () => {
  it("is not who prepared the invoice", async () => {
    const draft = await draftInvoice(ledger, { by: "manager" });
    await submit(ledger, draft);
    expect(await refusal(sign(ledger, "manager", draft, "manager"))).toBe("PL041");
  });

  it("is not who submitted it", async () => {
    const draft = await draftInvoice(ledger);
    await submit(ledger, draft, "manager");
    expect(await refusal(sign(ledger, "manager", draft, "manager"))).toBe("PL041");
  });

  it("is not who wrote its present content", async () => {
    const draft = await revise(ledger, await submitted(), "manager");
    expect(await refusal(sign(ledger, "manager", draft, "manager"))).toBe("PL041");
    expect(await refusal(sign(ledger, "otherManager", draft, "manager"))).toBe("allowed");
  });

  it("is not who let in the program that prepared it", async () => {
    const own = await openLedger(database.current.pool);
    const draft = await advance(own, await draftInvoice(own), "validation_pending");
    await own.run(
      "manager",
      `insert into api_keys (id, actor_id, name, prefix, secret_hash, scopes, expires_at)
       values (:id, :program, 'Nightly run', 'nightly', 'hash', '{billing.run}', now() + interval '1 day')`,
      { id: newId(), program: own.actorOf("billing-runner") },
    );
    expect(await refusal(sign(own, "manager", draft, "manager"))).toBe("PL041");
    expect(await refusal(sign(own, "otherManager", draft, "manager"))).toBe("allowed");
  });

  it("is nobody in another's name", async () => {
    const draft = await submitted();
    expect(await refusal(sign(ledger, "coordinator", draft, "manager", "manager"))).toBe("PL040");
  });

  it("is a person, never a system actor", async () => {
    const draft = await submitted();
    expect(await refusal(sign(ledger, "invoice-issuer", draft, "manager"))).toBe("PL042");
  });

  it("is no system actor that made a person of itself", async () => {
    const disguise = "update memberships set kind = 'person', email = 'x@firm.example' where id = :me";
    const me = { me: ledger.actorOf("invoice-issuer") };
    expect(await refusal(ledger.run("invoice-issuer", disguise, me))).toBe("42501");
  });

  it("is one person once, whichever the gate", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), "manager_approved");
    expect(await refusal(sign(ledger, "manager", draft, "finance"))).toBe("23505");
  });
});

describe("the submitter", () => {
  const actor = (who: Parameters<Ledger["actorOf"]>[0]) => ({ actor: ledger.actorOf(who) });

  it("submits in no other name", async () => {
    const draft = await draftInvoice(ledger);
    const set = "stage = 'validation_pending', submitted_by = :actor";
    expect(await refusal(change(ledger, "coordinator", draft, set, actor("manager")))).toBe("PL036");
  });

  it("does not submit namelessly", async () => {
    const draft = await draftInvoice(ledger);
    expect(await refusal(change(ledger, "coordinator", draft, "stage = 'validation_pending'"))).toBe("PL036");
  });

  it("does not submit again under the name of who did it first", async () => {
    const draft = await submitted();
    await sendBack(ledger, draft);
    expect(await refusal(change(ledger, "manager", draft, "stage = 'validation_pending'"))).toBe("PL036");
  });

  it.each([
    ["nobody", "null"],
    ["the one who asks", ":actor"],
  ])("cannot be turned into %s afterwards", async (_name, value) => {
    const draft = await submitted();
    const turned = change(ledger, "manager", draft, `submitted_by = ${value}`, actor("manager"));
    expect(await refusal(turned)).toBe("PL036");
  });

  it("cannot sign first and submit then", async () => {
    const draft = await draftInvoice(ledger);
    expect(await refusal(sign(ledger, "manager", draft, "manager"))).toBe("PL044");
  });

  it("is forgotten by no detour over draft", async () => {
    const draft = await submitted();
    await sendBack(ledger, draft);
    await refusal(change(ledger, "coordinator", draft, "submitted_by = null"));
    await submit(ledger, draft, "manager");
    expect(await refusal(sign(ledger, "manager", draft, "manager"))).toBe("PL041");
  });
});

describe("who prepared an invoice", () => {
  it("is who inserts it", async () => {
    const copy = `insert into invoices select (jsonb_populate_record(i,
        jsonb_build_object('id', :copy::uuid, 'prepared_by', :other::uuid))).* from invoices i where id = :id`;
    const values = { ...(await draftInvoice(ledger)), copy: newId(), other: ledger.actorOf("manager") };
    expect(await refusal(ledger.run("coordinator", copy, values))).toBe("PL036");
  });

  it.each([
    "prepared_by = gen_random_uuid()",
    "created_at = now() - interval '1 day'",
    "legal_entity_id = gen_random_uuid()",
    "currency = 'USD'",
    "client_id = gen_random_uuid()",
  ])("stays, and so does for whom: %s", async (set) => {
    expect(await refusal(change(ledger, "coordinator", await draftInvoice(ledger), set))).toBe("PL036");
  });
});

describe("a gate", () => {
  it("is not passed without a signature", async () => {
    expect(await managerMoves(await submitted())).toBe("PL037");
  });

  it("is not passed with the other gate's signature", async () => {
    expect(await financeMoves(await advance(ledger, await draftInvoice(ledger), "manager_approved"))).toBe("PL037");
  });

  it("is not passed with a signature on older content", async () => {
    const draft = await submitted();
    await sign(ledger, "manager", draft, "manager");
    await revise(ledger, draft);
    expect(await managerMoves(draft)).toBe("PL037");
  });

  it("is not passed with a signature from before it was sent back", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), "finance_approved");
    await sendBack(ledger, draft);
    await submit(ledger, draft);
    expect(await managerMoves(draft)).toBe("PL037");
    await sign(ledger, "manager", draft, "manager");
    expect(await managerMoves(draft)).toBe("allowed");
    expect(await financeMoves(draft)).toBe("PL037");
  });

  it.each(["approval_round - 1", "approval_round + 1", "1"])(
    "is not passed by setting the round to %s",
    async (round) => {
      const draft = await advance(ledger, await draftInvoice(ledger), "manager_approved");
      await sendBack(ledger, draft);
      expect(await refusal(change(ledger, "coordinator", draft, `approval_round = ${round}`))).toBe("PL038");
    },
  );

  it("is not passed while a blocking exception is open", async () => {
    const draft = await submitted();
    const exception = newId();
    await ledger.run(
      "billing-runner",
      `insert into exceptions (id, billing_run_id, code, lane, severity, owner, subject_kind, subject_id, fingerprint,
         invoice_id, message, currency)
       values (:exception, :run, 'po-required', 'business', 'block', 'project_manager', 'invoice', :id, :exception, :id,
         'no order', 'EUR')`,
      { ...ledger.ids, ...draft, exception },
    );
    await sign(ledger, "manager", draft, "manager");
    expect(await managerMoves(draft)).toBe("PL045");
    const resolve = "update exceptions set state = 'resolved', closed_at = now() where id = :exception";
    await ledger.run("manager", resolve, { exception });
    expect(await managerMoves(draft)).toBe("allowed");
  });
});

describe("a signature", () => {
  it.each([
    ["another round", "approval_round + 1, content_hash"],
    ["another content", "approval_round, 'another'"],
  ])("on %s is refused", async (_name, picked) => {
    const sql = `insert into approvals (id, invoice_id, approval_round, content_hash, step)
                 select gen_random_uuid(), id, ${picked}, 'manager' from invoices where id = :id`;
    expect(await refusal(ledger.run("manager", sql, await submitted()))).toBe("PL043");
  });

  it.each([
    ["the manager's, before it is submitted", "draft", "manager", "manager"],
    ["finance's, before the manager's", "validation_pending", "finance", "finance"],
    ["the manager's, after it was given", "manager_approved", "otherManager", "manager"],
    ["any, after issue", "issued", "otherManager", "manager"],
    ["any, on what was given up", "discarded", "manager", "manager"],
  ] as const)("out of turn is refused: %s", async (_name, stage, who, step) => {
    const draft = await advance(ledger, await draftInvoice(ledger), stage);
    expect(await refusal(sign(ledger, who, draft, step))).toBe("PL044");
  });

  it("carries the time at which it is given", async () => {
    const sql = `insert into approvals (id, invoice_id, approval_round, content_hash, step, decided_at)
      select gen_random_uuid(), id, approval_round, content_hash, 'manager', '2020-01-01' from invoices where id = :id`;
    expect(await refusal(ledger.run("manager", sql, await submitted()))).toBe("PL040");
  });
});
