import { randomUUID } from "node:crypto";
import { fileBody, openFile } from "../open-file.ts";
import { count, counted } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const bankImport = verb({
  name: "bank import",
  summary: "Take in a bank's CAMT.053 file: what is certain is settled, the rest waits for a person",
  arguments: { FILE: { what: "camt.053 in version 02 to 13; a file that came before changes nothing" } },
  examples: ["bank import 2026-12-01.xml"],
  run: async ({ arguments: words, connect, progress }) => {
    const file = await openFile(words.FILE, "application/xml");
    const { ask } = await connect();
    progress.update(`Sending ${words.FILE} (${count(file.size)} bytes)`);
    const taken = await ask((client) =>
      client.POST("/v1/bank-statements", {
        params: { header: { "Idempotency-Key": randomUUID() } },
        ...fileBody(file),
      }),
    );
    const waiting = taken.items.reduce((sum, { statement: { entries } }) => sum + entries.open + entries.held, 0);
    return {
      document: taken,
      exit: waiting === 0 ? "done" : "partly",
      lines: (style) => [
        ...taken.items.map(({ known, statement: { statementId, iban, entries } }) =>
          known
            ? style.quiet(`${statementId} of ${iban}: known already, nothing changed`)
            : `${style.strong(statementId)} of ${iban}: ${count(entries.settled)} settled, ${count(entries.returned)} returned, ` +
              `${count(entries.aside)} none of the clients', ${count(entries.open + entries.held)} waiting`,
        ),
        ...(waiting === 0
          ? []
          : [
              style.warn(`${counted(waiting, "entry", "entries")} waiting for a person.`),
              "See them with: plumb bank waiting",
            ]),
      ],
    };
  },
});
