import { describe, expect, it } from "vitest";
import { camt, entry } from "@plumbline/testing/camt";
import { readCamt } from "./read-camt.ts";
import type { XmlFault } from "./read-xml.ts";

const read = (text: string) => readCamt(Buffer.from(text));
const refused = (text: string) => {
  try {
    read(text);
  } catch (error) {
    const { line, element, message } = error as XmlFault;
    return `${line} ${element}: ${message}`;
  }
  return "taken";
};
const paid = { amount: "238.00", endToEndId: "E2E-1", text: "F-2026-00001", name: "Bright GmbH" };

describe.each(["02", "08", "13"] as const)("camt.053.001.%s", (version) => {
  it("says who paid what, with which words", () => {
    const [statement] = read(
      camt({ version, opening: "1000.00", closing: "1238.00", entries: [entry({ version, ...paid })] }),
    );
    expect(statement).toMatchObject({
      iban: "DE02120300000000202051",
      currency: "EUR",
      openingMinor: 100_000n,
      closingMinor: 123_800n,
    });
    expect(statement?.transactions).toMatchObject([
      {
        minor: 23_800n,
        endToEndId: "E2E-1",
        text: "F-2026-00001",
        counterparty: "Bright GmbH",
        returns: false,
        chargesMinor: 0n,
      },
    ]);
  });

  it("takes a batch apart and holds its parts against the whole", () => {
    const batch = (amounts: readonly string[]) =>
      camt({
        version,
        opening: "0.00",
        closing: "300.00",
        entries: [entry({ version, amount: "300.00", parts: amounts })],
      });
    expect(read(batch(["100.00", "200.00"]))[0]?.transactions.map(({ minor, position }) => [minor, position])).toEqual([
      [10_000n, 1],
      [20_000n, 2],
    ]);
    expect(refused(batch(["100.00", "199.99"]))).toMatch(
      /^\d+ Ntry\/NtryDtls: its transactions come to 299\.99, and the entry to 300\.00$/,
    );
  });

  it("knows a reversal and a direct debit that was not paid", () => {
    const back = [
      entry({ version, amount: "10.00", side: "DBIT", reversal: true, reference: "a" }),
      entry({ version, amount: "5.00", side: "DBIT", code: "UPDD", reason: "AC04", reference: "b" }),
    ];
    const [statement] = read(camt({ version, opening: "15.00", closing: "0.00", entries: back }));
    expect(statement?.transactions).toMatchObject([
      { minor: -1_000n, returns: true },
      { minor: -500n, returns: true, returnReason: "AC04" },
    ]);
  });
});

describe("what banks say in one of several places", () => {
  const one = (more: Partial<Parameters<typeof entry>[0]>) => {
    const entries = [entry({ version: "08", ...paid, ...more })];
    return read(camt({ version: "08", opening: "0.00", closing: "238.00", entries }))[0]?.transactions[0];
  };

  it("takes what was ordered and did not arrive for what banks kept, in the account's currency alone", () => {
    const instructed = { amount: "240.50", currency: "EUR" };
    expect(one({ instructed })).toMatchObject({ minor: 23_800n, chargesMinor: 250n });
    expect(one({ instructed, charges: "2.00" })).toMatchObject({ chargesMinor: 200n });
    expect(one({ instructed: { amount: "260.00", currency: "USD" } })).toMatchObject({ chargesMinor: 0n });
  });

  it("finds the number of a document, and on whose behalf somebody paid", () => {
    const strd =
      "<RmtInf><Strd><RfrdDocInf><Nb>F-1</Nb></RfrdDocInf><RfrdDocInf><Nb>F-2</Nb></RfrdDocInf></Strd></RmtInf>";
    const bare = entry({ version: "08", ...paid })
      .replace(
        /<RltdPties>.*?<\/RltdPties>/s,
        "<RltdPties><UltmtDbtr><Pty><Nm>Moor Ltd</Nm></Pty></UltmtDbtr></RltdPties>",
      )
      .replace(/<RmtInf>.*?<\/RmtInf>/s, strd);
    const [statement] = read(camt({ version: "08", opening: "0.00", closing: "238.00", entries: [bare] }));
    expect(statement?.transactions).toMatchObject([{ creditorReferences: ["F-1", "F-2"], counterparty: "Moor Ltd" }]);
  });
});

describe("a file that is not right", () => {
  const whole = (more: Partial<Parameters<typeof camt>[0]> = {}) =>
    camt({ version: "02", opening: "0.00", closing: "238.00", entries: [entry({ version: "02", ...paid })], ...more });

  it.each([
    [whole({ closing: "238.01" }), /Bal: opening balance and entries are -0\.01 EUR off the closing balance/],
    [whole({ entries: [entry({ version: "02", amount: "238.005" })] }), /Amt: “238\.005” is not an amount in EUR/],
    [
      whole({ entries: [entry({ version: "02", amount: "238.00", currency: "USD" })] }),
      /Amt: is in USD, and the account is in EUR/,
    ],
    [whole().replace("<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>IN</CdtDbtInd>"), /CdtDbtInd: is CRDT or DBIT/],
    [whole().replace("<Sts>BOOK</Sts>", ""), /Ntry\/Sts: is missing/],
    [
      whole().replace("camt.053.001.02", "camt.052.001.02"),
      /Document: has .*camt\.052\.001\.02; camt\.053\.001\.02 to \.13 are taken/,
    ],
    [whole().replace("</Stmt>", ""), /unexpected close tag/],
    [whole().replace("?>", `?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>`), /: has a document type/],
    [whole().replace("F-2026-00001", "&b;"), /Ustrd: .*entity/],
    [whole().replace("<Stmt>", `<Stmt>${"<x>".repeat(60)}`), /lies deeper than 40 elements/],
    [
      whole({ entries: [entry({ version: "02", amount: "100.00" }), entry({ version: "02", amount: "138.00" })] }),
      /is there twice/,
    ],
    [whole().replace("camt.053.001.02", "camt.053.001.14"), /Document: has .*camt\.053\.001\.14/],
    [
      whole().replace("<Stmt>", "<Stmt><StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"),
      /StmtPgntn: is a part/,
    ],
    [whole().replace("</Id>", "</Id><ElctrncSeqNb>1e3</ElctrncSeqNb>"), /ElctrncSeqNb: “1e3” is not a number/],
    [
      whole().replace("<IBAN>DE02120300000000202051</IBAN>", "<Othr><Id>1</Id></Othr>"),
      /Stmt\/Acct\/Id\/IBAN: is missing/,
    ],
    [whole().replace('encoding="UTF-8"', 'encoding="UTF-16"'), /is written in UTF-16/],
    ["", /:/],
  ])("is refused with line and element %#", (text, expected) => {
    expect(refused(text)).toMatch(expected);
    expect(refused(text)).toMatch(/^\d+ /);
  });

  it("counts no entry that is not booked, and none of nothing", () => {
    const pending = entry({ version: "02", amount: "5.00", reference: "p" }).replace("BOOK", "PDNG");
    const nothing = entry({ version: "02", amount: "0.00", reference: "n" });
    expect(
      read(whole({ entries: [entry({ version: "02", ...paid }), pending, nothing] }))[0]?.transactions,
    ).toHaveLength(1);
  });
});

describe("a file that is meant to harm", () => {
  const inside = (text: string) =>
    camt({ version: "08", opening: "0.00", closing: "0.00", entries: [] }).replace("</Stmt>", `${text}</Stmt>`);
  const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, n) => `<!ENTITY a${n} "&a;&a;">`).join("")}]>`;

  it.each([
    ["a document type with entities that grow", inside("<x>&a29;</x>").replace("?>", `?>${laughs}`), /document type/],
    [
      "a document type that is fetched",
      inside("").replace("?>", `?><!DOCTYPE a SYSTEM "http://127.0.0.1/a">`),
      /document type/,
    ],
    [
      "a parameter entity",
      inside("").replace("?>", `?><!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>`),
      /document type/,
    ],
    ["an entity that nobody declared", inside("<x>&lol;</x>"), /entity/],
    ["a text without end", inside(`<x>${"a".repeat(30_000)}</x>`), /holds more than/],
    ["a text in many pieces", inside(`<x>${"<![CDATA[aaaaaaaaaa]]>".repeat(3_000)}</x>`), /holds more than/],
    ["a deep nest", inside("<x>".repeat(10_000)), /lies deeper than/],
    ["many elements", inside("<x/>".repeat(400_000)), /is more than/],
    [
      "many statements",
      inside("").replace("</BkToCstmrStmt>", `${"<Stmt/>".repeat(101)}</BkToCstmrStmt>`),
      /more than 100 times/,
    ],
    ["an attribute twice", inside(`<x a="1" a="2"/>`), /duplicate attribute/],
    ["an undeclared prefix", inside("<q:x/>"), /unbound namespace prefix/i],
    ["bytes that are no text", "\u0000", /disallowed character/],
  ])("%s is refused at once, and nothing is fetched", (_what, text, expected) => {
    const began = performance.now();
    expect(refused(text)).toMatch(expected);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it("is no way to the prototype of anything", () => {
    const text = inside(`<__proto__ polluted="yes"/><constructor __proto__="x"/>`);
    expect(read(text)).toHaveLength(1);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("which is not UTF-8 is refused as such", () => {
    expect(() => readCamt(Buffer.from([0x3c, 0x61, 0xff, 0x2f, 0x3e]))).toThrow("is not UTF-8");
  });
});
