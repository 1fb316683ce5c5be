import { createHash, randomUUID } from "node:crypto";
import { basename } from "node:path";
import { openFile } from "../open-file.ts";
import { verb } from "../verb.ts";
import { shownChargeback } from "./chargebacks-shown.ts";

export const chargebacksAnswer = verb({
  name: "chargebacks answer",
  summary: "Note that a chargeback was answered, and with which evidence",
  arguments: {
    CHARGEBACK: { what: "id of the chargeback" },
    FILE: { what: "the document that was sent: its name and hash are kept, not its content" },
  },
  options: { on: { value: "DAY", what: "the day it was sent; today else" } },
  examples: ["chargebacks answer 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d60 signed-timesheet.pdf"],
  run: async ({ connect, arguments: { CHARGEBACK: chargebackId, FILE: path }, options }) => {
    const bytes = await (await openFile(path, "application/octet-stream")).bytes();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { chargebackId } };
    const body = {
      evidence: { document: basename(path), sha256 },
      ...(options.on !== undefined && { answeredOn: options.on }),
    };
    return shownChargeback(
      await ask((client) => client.POST("/v1/chargebacks/{chargebackId}/answer", { params, body })),
    );
  },
});
