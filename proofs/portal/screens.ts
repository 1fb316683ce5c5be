import { chromium } from "playwright-core";
import { chromiumArguments, findChromium } from "@plumbline/testing/find-chromium";
import { defineProof, type ProofResult } from "../proof.ts";
import { checkAccessibility } from "./accessibility.ts";
import { budgetsKb, weighBundle } from "./budgets.ts";
import { buildPages } from "./build-pages.ts";
import {
  billingJourney,
  boardJourney,
  brandJourney,
  decisionJourney,
  documentJourney,
  plantedViolation,
  signOutJourney,
  staleJourney,
} from "./journeys.ts";
import { type House, openHouse } from "./open-house.ts";
import { takePictures } from "./pictures.ts";

/**
 * Real browser, server, API, worker and issuer, two firms. `--pictures` writes the pictures of docs/screens instead of
 * proving anything.
 */
export const proof = defineProof({
  promise:
    "people sign in with one click, see the database's figures, approve, return with a reason and open the PDF; two " +
    "brands have two colours from the first frame; axe finds nothing, the content policy stops nothing of ours, and the " +
    `pages weigh at most ${budgetsKb.entryJs} KB of scripts and ${budgetsKb.css} KB of styles`,
  run: async ({ short, say, flag }) => {
    const executablePath = findChromium();
    if (executablePath === undefined) return withoutBrowser(say);
    say("building the pages");
    await buildPages();
    const house = await openHouse({ firms: ["meridian", "northwind"], say });
    try {
      if (flag("pictures") !== undefined) return await takePictures({ executablePath, house, say });
      return await prove({ executablePath, house, short, say });
    } finally {
      await house.close();
    }
  },
});

function withoutBrowser(say: (line: string) => void): ProofResult {
  say("skipped: there is no Chromium on PATH, so nothing was looked at. Install one, or name it in CHROMIUM.");
  return { ok: process.env["CI_STRICT"] !== "1", figures: { skipped: "no Chromium" } };
}

type Proving = {
  readonly executablePath: string;
  readonly house: House;
  readonly short: boolean;
  readonly say: (line: string) => void;
};

async function prove({ executablePath, house, short, say }: Proving): Promise<ProofResult> {
  const browser = await chromium.launch({ executablePath, args: chromiumArguments() });
  try {
    const accessibility = await checkAccessibility({ browser, house, short, say });
    const checks: Record<string, boolean> = {};
    const violations = [...accessibility.violations];
    const faults = [...accessibility.faults];
    // Each reads what the one before it wrote, so they go one after another.
    for (const journey of [
      brandJourney,
      boardJourney,
      documentJourney,
      decisionJourney,
      staleJourney,
      billingJourney,
      signOutJourney,
    ]) {
      say(journey.name);
      const { checks: found, visitors } = await journey(browser, house);
      Object.assign(checks, found);
      for (const visitor of visitors) {
        violations.push(...visitor.violations);
        faults.push(...visitor.faults);
        await visitor.leave();
      }
    }
    const weight = weighBundle();
    Object.assign(checks, {
      axeFindsNothing: accessibility.found.length === 0,
      axeFindsWhatIsPlanted: accessibility.controlCaught > 0,
      policyStopsNothing: violations.length === 0,
      policyStopsWhatIsPlanted: await plantedViolation(browser, house),
      pagesReportNoFault: faults.length === 0,
      scriptsWithinBudget: weight.entryJsKb <= budgetsKb.entryJs && weight.largestRouteJsKb <= budgetsKb.lazyRoute,
      stylesWithinBudget: weight.cssKb <= budgetsKb.css,
    });
    const ok = Object.values(checks).every(Boolean);
    return {
      ok,
      figures: {
        checks,
        screensThroughAxe: accessibility.looked,
        ...weight,
        axe: accessibility.found,
        violations,
        faults,
      },
    };
  } finally {
    await browser.close();
  }
}
