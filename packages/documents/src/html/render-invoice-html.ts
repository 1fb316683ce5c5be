import Handlebars from "handlebars";
import { readdirSync, readFileSync } from "node:fs";
import type { InvoiceView } from "../invoice/invoice-view.ts";

/** A template of ours, compiled once. Templates written by tenants never become one: they go through the sandbox. */
export type InvoicePage = (view: InvoiceView) => string;

const folder = new URL("../../../../templates/invoice/", import.meta.url);

/** The standalone page: no script, nothing loaded from anywhere, every text escaped. */
export function renderInvoiceHtml(view: InvoiceView, page: InvoicePage): string {
  return page(view);
}

/** Reads the page and its partials from `templates/invoice`. */
export function loadInvoicePage(): InvoicePage {
  const environment = Handlebars.create();
  for (const file of readdirSync(new URL("partials/", folder))) {
    if (!file.endsWith(".hbs")) continue;
    environment.registerPartial(file.slice(0, -".hbs".length), readText(`partials/${file}`));
  }
  return environment.compile<InvoiceView>(readText("page.hbs"), {
    strict: false,
    knownHelpers: { if: true, unless: true, each: true },
    knownHelpersOnly: true,
    preventIndent: true,
  });
}

const readText = (path: string): string => readFileSync(new URL(path, folder), "utf8");
