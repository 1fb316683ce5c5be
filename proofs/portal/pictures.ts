import { mkdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import type { Scheme } from "@plumbline/domain/brand/palette";
import { chromiumArguments } from "@plumbline/testing/find-chromium";
import type { ProofResult } from "../proof.ts";
import type { House } from "./open-house.ts";
import { settled, visit } from "./visitor.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "docs/screens");

type Picture = {
  readonly name: string;
  readonly slug: string;
  readonly person: string;
  readonly scheme: Scheme;
  readonly width: number;
  readonly height: number;
  readonly path: string;
  readonly open?: (page: Page) => Promise<void>;
};

const desk = { width: 1440, height: 900 };
const first =
  (stage: string, place = 0) =>
  async (page: Page) => {
    await page.locator(`[data-stage=${stage}] [data-card]`).nth(place).click();
    await page.waitForURL("**/invoices/*");
  };
const meridian = { slug: "meridian", scheme: "light" as const, path: "/" };
const northwind = { slug: "northwind", scheme: "light" as const, path: "/" };

// prettier-ignore
// oxfmt-ignore
const pictures: readonly Picture[] = [
  { ...meridian, ...desk, name: "board-light", person: "Ines Hartwig" },
  { ...meridian, ...desk, name: "board-dark", person: "Ines Hartwig", scheme: "dark" },
  { ...northwind, ...desk, name: "board-northwind", person: "Aoife Brennan" },
  { ...meridian, ...desk, name: "invoice-light", person: "Miriam Adeyemi", height: 1180, open: first("issued") },
  { ...northwind, ...desk, name: "invoice-northwind-dark", person: "Declan Moriarty", scheme: "dark", height: 1180, open: first("validation_pending", 1) },
  { ...meridian, ...desk, name: "approvals-light", person: "Katharina Voss", path: "/approvals" },
  { ...northwind, ...desk, name: "approvals-northwind-dark", person: "Declan Moriarty", scheme: "dark", path: "/approvals" },
  { ...meridian, name: "board-phone", person: "Ines Hartwig", width: 390, height: 844 },
  { ...northwind, name: "invoice-phone", person: "Declan Moriarty", width: 390, height: 844, open: first("validation_pending") },
];

/** Writes what docs/screens shows, from the product as it is. */
export async function takePictures(input: {
  readonly executablePath: string;
  readonly house: House;
  readonly say: (line: string) => void;
}): Promise<ProofResult> {
  const { executablePath, house, say } = input;
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: chromiumArguments() });
  try {
    for (const picture of pictures) {
      await take(browser, house, picture);
      say(relative(root, fileOf(picture)));
    }
  } finally {
    await browser.close();
  }
  return { ok: true, figures: { pictures: pictures.map(({ name }) => name) } };
}

const fileOf = ({ name }: Picture): string => join(folder, `${name}.png`);

/** A viewer of PDFs draws after the page says that it is loaded. */
const drawnWithinMs = 1_500;

async function take(browser: Browser, house: House, picture: Picture): Promise<void> {
  const { slug, person, scheme, width, height, path } = picture;
  const visitor = await visit(browser, { origin: house.originOf(slug), person, scheme, width, path });
  const { page } = visitor;
  await page.setViewportSize({ width, height });
  await settled(visitor);
  await picture.open?.(page);
  await settled(visitor);
  if ((await page.locator("iframe.document").count()) > 0) await page.waitForTimeout(drawnWithinMs);
  await page.screenshot({ path: fileOf(picture) });
  await visitor.leave();
}
