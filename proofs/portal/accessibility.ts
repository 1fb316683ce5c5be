import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { House } from "./open-house.ts";
import { type Visit, settled, visit, type Visitor } from "./visitor.ts";

const axeSource = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

type Screen = { readonly name: string; readonly path: string; readonly open?: (page: Page) => Promise<void> };
type Setting = Required<Pick<Visit, "scheme" | "width">> & { readonly slug: string; readonly person: string };

const settings: readonly Setting[] = [
  { slug: "meridian", person: "Katharina Voss", scheme: "light", width: 1280 },
  { slug: "northwind", person: "Declan Moriarty", scheme: "dark", width: 320 },
  { slug: "meridian", person: "Katharina Voss", scheme: "dark", width: 320 },
  { slug: "northwind", person: "Declan Moriarty", scheme: "light", width: 320 },
  { slug: "meridian", person: "Katharina Voss", scheme: "dark", width: 1280 },
  { slug: "northwind", person: "Declan Moriarty", scheme: "light", width: 1280 },
  { slug: "meridian", person: "Katharina Voss", scheme: "light", width: 320 },
  { slug: "northwind", person: "Declan Moriarty", scheme: "dark", width: 1280 },
];
/** Both brands, both schemes and both widths are among the first two. */
const settingsInShort = 2;

/** Every screen in every setting through axe, and whether anything is wider than the window. */
export async function checkAccessibility(input: {
  readonly browser: Browser;
  readonly house: House;
  readonly short: boolean;
  readonly say: (line: string) => void;
}) {
  const { browser, house, short, say } = input;
  const found: string[] = [];
  const visitors: Visitor[] = [];
  let looked = 0;
  for (const { slug, ...setting } of short ? settings.slice(0, settingsInShort) : settings) {
    const where = `${slug}, ${setting.scheme}, ${setting.width} px`;
    say(`accessibility: ${where}`);
    const visitor = await visit(browser, { origin: house.originOf(slug), ...setting });
    visitors.push(visitor);
    for (const screen of await screensOf(house, slug)) {
      await visitor.page.goto(`${house.originOf(slug)}${screen.path}`);
      await settled(visitor);
      await screen.open?.(visitor.page);
      looked += 1;
      for (const fault of await faultsOf(visitor.page)) found.push(`${screen.name} (${where}): ${fault}`);
    }
  }
  const [first] = visitors;
  const control = first === undefined ? 0 : await plantedContrastFault(first.page);
  const violations = visitors.flatMap((visitor) => visitor.violations);
  const faults = visitors.flatMap((visitor) => visitor.faults);
  await Promise.all(visitors.map(({ leave }) => leave()));
  return { looked, found, controlCaught: control, violations, faults };
}

async function screensOf(house: House, slug: string): Promise<readonly Screen[]> {
  const idOf = async (condition: string) => {
    const { rows } = await house.database.admin.query<{ id: string }>(
      `select i.id from invoices i join tenants t on t.id = i.tenant_id where t.slug = $1 and ${condition} order by i.id limit 1`,
      [slug],
    );
    return rows[0]?.id ?? "";
  };
  const blocked = `i.stage = 'validation_pending' and exists (
    select 1 from exceptions x where x.invoice_id = i.id and x.state = 'open' and x.severity = 'block')`;
  return [
    { name: "board", path: "/" },
    { name: "inbox", path: "/approvals" },
    { name: "issued invoice", path: `/invoices/${await idOf("i.stage = 'issued'")}` },
    {
      name: "blocked invoice with entries",
      path: `/invoices/${await idOf(blocked)}`,
      open: async (page) => {
        await page
          .getByRole("button", { name: /\d+ entr/ })
          .first()
          .click();
        await page.getByRole("columnheader", { name: "Billed h" }).waitFor();
      },
    },
    {
      name: "return dialog",
      path: `/invoices/${await idOf("i.stage = 'validation_pending'")}`,
      open: async (page) => {
        await page.getByRole("button", { name: "Return" }).click();
        await page.getByRole("dialog").waitFor();
        await page.getByRole("dialog").getByRole("button", { name: "Return" }).click();
      },
    },
    { name: "unknown address", path: "/nowhere" },
  ];
}

async function faultsOf(page: Page): Promise<string[]> {
  const faults = await axe(page);
  const wider = await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  return wider > 0 ? [...faults, `${wider} px wider than the window`] : faults;
}

/** axe is injected by hand: the page's own policy lets no script in. */
async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async (tags) => {
    type Found = { violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] };
    const { run } = Reflect.get(globalThis, "axe") as { run: (context: object, options: object) => Promise<Found> };
    // The viewer of a PDF is the browser's own page.
    const { violations } = await run({ exclude: ["iframe"] }, { runOnly: tags, iframes: false });
    return violations.map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.target.join(" ")}`);
  }, standards);
}

/** Grey words on white, as a careless theme has them: axe must say so. */
async function plantedContrastFault(page: Page): Promise<number> {
  await page.evaluate('document.documentElement.style.setProperty("--muted", "#c0c4c8")');
  const found = await axe(page);
  return found.filter((fault) => fault.startsWith("color-contrast")).length;
}
