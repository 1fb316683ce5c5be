import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { showOf, type Show } from "./features/pipeline/show.ts";
import { NotFound } from "./NotFound.tsx";
import { PageBones } from "./PageBones.tsx";
import { PageFailure } from "./PageFailure.tsx";
import { queries } from "./queries.ts";
import { sessionQuery } from "./session.ts";
import { Shell } from "./Shell.tsx";

const root = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: PageFailure,
  loader: ({ context }) => context.queries.ensureQueryData(sessionQuery),
});

const pipeline = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: (search): { readonly show?: Show } => {
    const show = showOf(search["show"]);
    return show === "all" ? {} : { show };
  },
  component: lazyRouteComponent(() => import("./features/pipeline/PipelinePage.tsx"), "PipelinePage"),
});

const approvals = createRoute({
  getParentRoute: () => root,
  path: "/approvals",
  validateSearch: ({ invoice }): { readonly invoice?: string } => (typeof invoice === "string" ? { invoice } : {}),
  component: lazyRouteComponent(() => import("./features/approvals/ApprovalsPage.tsx"), "ApprovalsPage"),
});

const invoice = createRoute({
  getParentRoute: () => root,
  path: "/invoices/$invoiceId",
  component: lazyRouteComponent(() => import("./features/invoice/InvoicePage.tsx"), "InvoicePage"),
});

export const router = createRouter({
  routeTree: root.addChildren([pipeline, approvals, invoice]),
  context: { queries },
  defaultPreload: "intent",
  defaultErrorComponent: PageFailure,
  defaultPendingComponent: PageBones,
  // The query cache decides what is fresh; the router would keep a second opinion.
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
