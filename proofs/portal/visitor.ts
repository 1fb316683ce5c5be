import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Scheme } from "@plumbline/domain/brand/palette";

export type Visitor = {
  readonly page: Page;
  /** What the browser refused because of the page's policy. */
  readonly violations: string[];
  /** What the page itself got wrong. */
  readonly faults: string[];
  readonly leave: () => Promise<void>;
};

export type Visit = {
  readonly origin: string;
  /** The person's name on the sign-in page. */
  readonly person: string;
  readonly scheme?: Scheme;
  readonly width?: number;
  readonly path?: string;
};

const withinMs = 15_000;

/** Somebody who comes to a firm's address and signs in with one click. */
export async function visit(browser: Browser, wanted: Visit): Promise<Visitor> {
  const { origin, person, scheme = "light", width = 1280, path = "/" } = wanted;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  context.setDefaultTimeout(withinMs);
  const { violations, faults } = await listen(context);
  const page = await context.newPage();
  await page.goto(`${origin}${path}`);
  await page.getByRole("button", { name: person }).click();
  await page.waitForURL(`${origin}/**`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return { page, violations, faults, leave: () => context.close() };
}

async function listen(context: BrowserContext) {
  const violations: string[] = [];
  const faults: string[] = [];
  await context.exposeFunction("tellViolation", (text: string) => void violations.push(text));
  await context.addInitScript({ content: hearViolations });
  context.on("weberror", (error) => faults.push(error.error().message));
  context.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  return { violations, faults };
}

// What runs in the browser is text: our own programs know no document.
const hearViolations = `document.addEventListener("securitypolicyviolation", (event) =>
  tellViolation(event.violatedDirective + ": " + event.blockedURI))`;

/** The page is there, and so is what it shows: nothing stands in for something that is still being loaded. */
export async function settled({ page }: Pick<Visitor, "page">): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator(".bones").first().waitFor({ state: "detached" });
}
