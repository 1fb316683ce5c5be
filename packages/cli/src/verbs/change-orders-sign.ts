import { createHash, randomUUID } from "node:crypto";
import { basename } from "node:path";
import { openFile } from "../open-file.ts";
import { verb } from "../verb.ts";
import { shownChangeOrder } from "./change-orders-shown.ts";

export const changeOrdersSign = verb({
  name: "change-orders sign",
  summary: "Note that a change order was signed: it counts from its day on",
  arguments: {
    ORDER: { what: "id of the change order" },
    DAY: { what: "the day on the signed document" },
    FILE: { what: "the signed document: its name and hash are kept, not its content" },
  },
  examples: ["change-orders sign 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70 2026-11-12 co-3.pdf"],
  run: async ({ connect, arguments: { ORDER: changeOrderId, DAY: signedOn, FILE: path } }) => {
    const bytes = await (await openFile(path, "application/octet-stream")).bytes();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { changeOrderId } };
    const body = { signedOn, evidence: { document: basename(path), sha256 } };
    return shownChangeOrder(
      await ask((client) => client.POST("/v1/change-orders/{changeOrderId}/signature", { params, body })),
    );
  },
});
