import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { toInvoiceView } from "../invoice/to-invoice-view.ts";
import { loadInvoicePage, renderInvoiceHtml } from "./render-invoice-html.ts";

const templates = new URL("../../../../templates/invoice/", import.meta.url);
const sample = (name: string): InvoiceSnapshot => JSON.parse(readFileSync(new URL(`${name}.json`, templates), "utf8"));
const page = loadInvoicePage();
const render = (snapshot: InvoiceSnapshot) => renderInvoiceHtml(toInvoiceView(snapshot), page);

describe("the invoice page", () => {
  it.each(["sample", "sample-saffron"])("looks like its golden file (%s)", async (name) => {
    await expect(render(sample(name))).toMatchFileSnapshot(fileURLToPath(new URL(`golden/${name}.html`, templates)));
  });

  it("does without the calculation under each line where the summary is wanted, and says what each costs", () => {
    const invoice = sample("sample");
    const [line] = toInvoiceView(invoice).lines;
    const html = render({ ...invoice, template: { ...invoice.template, id: "summary" } });
    expect(render(invoice)).toContain("Principal rate of the 2026 rate card");
    expect(html).not.toContain("Principal rate of the 2026 rate card");
    expect(html).toContain(line?.net);
  });

  it("loads nothing, runs nothing and links nowhere but to mail", () => {
    const html = render(sample("sample"));
    expect(html.match(/<(script|link|iframe|object|form|img)\b/g)).toEqual(["<img"]);
    expect(html.match(/\b(?:src|href|action)="(?!data:image\/svg|mailto:)/g)).toBeNull();
    expect(html).not.toMatch(/\bon\w+=|@import|@font-face|url\(|style="/);
    expect(html.match(/<style>/g)).toHaveLength(1);
  });

  it("speaks its language and has a heading and header cells for every table", () => {
    const html = render(sample("sample-saffron"));
    expect(html).toContain('<html lang="de-DE">');
    expect(html.match(/<h1\b/g)).toHaveLength(1);
    const tables = html.match(/<table\b[\s\S]*?<\/table>/g) ?? [];
    expect(tables).toHaveLength(6);
    for (const table of tables) expect(table).toContain('scope="col"');
  });

  it("prints hostile text as text, wherever it stands", () => {
    const hostile = `"><script>alert(1)</script>{{constructor}}'\`</style><img src=x onerror=alert(1)>`;
    const poisoned = JSON.parse(
      JSON.stringify(sample("sample"), (key, value: unknown) =>
        typeof value === "string" &&
        !/On$|At$|Minor$|period|currency|language|unit|quantity|colour|taxCategory|category|at$|step/.test(key)
          ? hostile
          : value,
      ),
    ) as InvoiceSnapshot;
    const html = render(poisoned);
    expect(html).not.toMatch(/<script|<img src=x/);
    expect(html.match(/<style>|<\/style>/g)).toHaveLength(2);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;{{constructor}}");
  });
});
