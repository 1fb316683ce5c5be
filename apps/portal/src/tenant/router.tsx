import { createRootRouteWithContext, createRoute, createRouter } from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { PipelinePage } from "./features/pipeline/PipelinePage.tsx";
import { NotFound } from "./NotFound.tsx";
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

const pipeline = createRoute({ getParentRoute: () => root, path: "/", component: PipelinePage });

export const router = createRouter({
  routeTree: root.addChildren([pipeline]),
  context: { queries },
  defaultPreload: "intent",
  defaultErrorComponent: PageFailure,
  // The query cache decides what is fresh; the router would keep a second opinion.
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
