import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { keepClocks } from "@plumbline/operations/clocks/keep-clocks";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { type Mailer, openMailer } from "@plumbline/platform/mail";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { letWait, waitingFirm } from "@plumbline/testing/waiting-firm";
import { type MailTools, sendNotice } from "./send-notice.ts";

const database = useTestDatabase();
let server: SMTPServer;
let mailer: Mailer;
/** What came in, and how often the server says that it did not. */
let received: { readonly to: readonly string[]; readonly raw: string }[] = [];
let refusals = 0;

async function take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<Error | undefined> {
  received.push({ to: envelope.rcptTo.map(({ address }) => address), raw: await text(stream) });
  refusals -= 1;
  return refusals >= 0 ? new Error("try again") : undefined;
}

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, session, answer) => void take(stream, session).then(answer, answer),
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  mailer = openMailer(`smtp://127.0.0.1:${port}`, { from: "Plumbline <clocks@msp.example>" });
});
afterAll(async () => {
  mailer.close();
  await new Promise<void>((resolve) => {
    server.close(resolve);
  });
});
beforeEach(() => {
  received = [];
  refusals = 0;
});

/** Lets the firm's drafts wait until somebody has to be reminded of them. */
async function remind(firm: Firm): Promise<void> {
  await letWait(database.current.admin, firm, "5 hours");
  await (
    await firm.as("clock-keeper")
  )(keepClocks);
}

/** Does what the messages that were written lead to. */
async function send(firm: Firm, tools: MailTools = { mailer }): Promise<void> {
  const inScope = await firm.as("clock-keeper");
  const notices = await inScope(({ tx }) =>
    query<{ id: string; role: string }>(tx, "select id, role from notices where sent_at is null order by id"),
  );
  for (const { id, role } of notices) {
    const prepared = sendNotice(tools).prepare({ role });
    if ("fault" in prepared) throw new Error(prepared.fault);
    await prepared.run({ inScope, subjectId: id, signal: new AbortController().signal });
  }
}

const header = (raw: string, name: string) => new RegExp(`^${name}: (.+)\\r$`, "m").exec(raw)?.[1];

const sentOf = async ({ tenantId }: Firm) =>
  (
    await database.current.admin.query<{ sent: boolean; readers: number | null }>(
      "select sent_at is not null as sent, cardinality(recipients) as readers from notices where tenant_id = $1",
      [tenantId],
    )
  ).rows;

it("tells all who hold a role, in one mail, what waits on them", async () => {
  const { firm } = await waitingFirm(database.current.pool, { clients: 2 });
  await remind(firm);
  await send(firm);
  await send(firm);
  expect(received).toHaveLength(1);
  const [mail] = received;
  expect(mail?.to).toEqual(["coordinator@firm.example"]);
  expect(header(mail?.raw ?? "", "Auto-Submitted")).toBe("auto-generated");
  const lines = (mail?.raw ?? "").replaceAll("=\r\n", "").replaceAll("\r\n", "\n");
  expect(lines).toContain("2 things wait for those who are billing coordinator:");
  expect(
    lines.match(/^- submission: .+, 238\.00 EUR\n {2}waits since .+ \(Europe\/Berlin\); a reminder$/gm),
  ).toHaveLength(2);
  expect(await sentOf(firm)).toEqual([{ sent: true, readers: 1 }]);
});

it("sends again what the server did not take over, under the same Message-ID", async () => {
  const { firm } = await waitingFirm(database.current.pool);
  await remind(firm);
  refusals = 1;
  await expect(send(firm)).rejects.toThrow("try again");
  expect(await sentOf(firm)).toEqual([{ sent: false, readers: null }]);
  await send(firm);
  const [first, again] = received.map(({ raw }) => header(raw, "Message-ID"));
  expect(first).toMatch(/^<[0-9a-f-]{36}@msp\.example>$/);
  expect(again).toBe(first);
  expect(await sentOf(firm)).toEqual([{ sent: true, readers: 1 }]);
});

it("tells nobody of what was done before the mail went out", async () => {
  const { firm, ids } = await waitingFirm(database.current.pool);
  await remind(firm);
  await (
    await firm.as("coordinator")
  )((scope) => submitInvoices(scope, { invoiceIds: ids }));
  await send(firm);
  expect(received).toEqual([]);
  expect(await sentOf(firm)).toEqual([{ sent: true, readers: 0 }]);
});

it("leaves messages where they are written when no mail server is set", async () => {
  const { firm } = await waitingFirm(database.current.pool);
  await remind(firm);
  await send(firm, {});
  expect(await sentOf(firm)).toEqual([{ sent: false, readers: null }]);
});
