import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { problemWire } from "@plumbline/contract/problem";
import { type ProblemKind, problemKinds } from "@plumbline/domain/problem";
import type { Route } from "./route.ts";

/** What every route may refuse with, besides its own problems. */
const always: readonly ProblemKind[] = ["address-unknown", "rate-limited", "service-unavailable"];
const ofCallers: readonly ProblemKind[] = [
  "sign-in-needed",
  "token-refused",
  "membership-missing",
  "permission-missing",
];
const ofWrites: readonly ProblemKind[] = [
  "idempotency-key-missing",
  "idempotency-key-invalid",
  "idempotency-key-in-use",
  "idempotency-key-reused",
  "request-unreadable",
  "request-too-large",
  "media-type-unsupported",
];

/** Every problem a route can answer with, its own first. */
function problemsOf(route: Route): ProblemKind[] {
  const kinds: ProblemKind[] = [...route.problems, "request-invalid"];
  if (route.needs !== "anybody") kinds.push(...ofCallers);
  if (route.method === "post") kinds.push(...ofWrites);
  if (route.conditional) kinds.push("precondition-failed");
  if (route.answerIsSecret) kinds.push("secret-shown-once");
  return [...new Set([...kinds, ...always])];
}

/** The name of a route in clients: its method and the nouns of its path. `POST /v1/invoices/:invoiceId/issuance` → `createInvoiceIssuance` */
function operationId({ method, path }: Pick<Route, "method" | "path">): string {
  const parts = path.split("/").slice(2);
  const words = parts.flatMap((part, index) => {
    if (part.startsWith(":")) return [];
    const isOne = parts[index + 1]?.startsWith(":") ?? false;
    return [isOne ? part.replace(/s$/, "") : part];
  });
  const last = parts.at(-1) ?? "";
  const verb = method === "post" ? "create" : last.endsWith("s") && !last.startsWith(":") ? "list" : "find";
  return (
    verb +
    words
      .flatMap((word) => word.split("-"))
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join("")
  );
}

/** The OpenAPI 3.1 document, from the same shapes that check requests and answers. */
export function openApiDocument(routes: readonly Route[]) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "An access token of the identity provider for this firm, or an API key (`plk_…`).",
  });
  for (const route of routes) registry.registerPath(toPath(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Plumbline API",
      version: "1",
      description:
        "Every firm has its own address. Amounts are decimal strings with a currency, dates are calendar dates, lists are " +
        "pages with a cursor. Every write takes an `Idempotency-Key`; every refusal is a problem document (RFC 9457) " +
        "whose `type` leads to a page.",
    },
    servers: [
      { url: "https://{firm}.{domain}", variables: { firm: { default: "firm" }, domain: { default: "example.com" } } },
    ],
    security: [{ bearer: [] }],
  });
}

function toPath(route: Route): RouteConfig {
  const { answers, params, query, body, upload } = route;
  return {
    method: route.method,
    path: route.path.replaceAll(/:(\w+)/g, "{$1}"),
    operationId: operationId(route),
    summary: route.summary,
    description:
      route.needs === "anybody" || route.needs === "member" ? whoMay[route.needs] : `Needs \`${route.needs}\`.`,
    tags: [route.path.split("/")[2] ?? ""],
    ...(route.needs === "anybody" && { security: [] }),
    request: {
      ...(isEmpty(params) ? {} : { params }),
      ...(isEmpty(query) ? {} : { query }),
      ...(headersOf(route).length > 0 && { headers: headersOf(route) }),
      ...(body !== undefined &&
        !isEmpty(body) && { body: { required: true, content: { "application/json": { schema: body } } } }),
      ...(upload && {
        body: { required: true, content: { [upload.mediaType]: { schema: { type: "string", format: "binary" } } } },
      }),
    },
    responses: {
      ...(answers.kind === "json"
        ? { [answers.status]: { description: "Done.", content: { "application/json": { schema: answers.body } } } }
        : {
            200: {
              description: "The file.",
              content: Object.fromEntries(
                answers.mediaTypes.map((type) => [type, { schema: { type: "string", format: "binary" } as const }]),
              ),
            },
          }),
      ...refusals(route),
    },
  };
}

const whoMay = { anybody: "Anybody may ask.", member: "Every member of the firm may ask." } as const;

const isEmpty = (shape: z.ZodType) => shape instanceof z.ZodObject && Object.keys(shape.shape).length === 0;

function headersOf(route: Route): z.ZodType[] {
  const headers: Record<string, z.ZodType> = {};
  if (route.method === "post") {
    headers["Idempotency-Key"] = z
      .string()
      .min(1)
      .max(255)
      .meta({
        description: `New for every request, and repeated when it is retried. Remembered ${route.keep === "forever" ? "for ever" : "for 30 days"}.`,
        example: "6f1d0a3e-8f5b-4f0e-9a53-0c2d6c1b7e11",
      });
  }
  if (route.conditional) {
    headers["If-Match"] = z.string().optional().meta({ description: "The `ETag` of what you saw.", example: '"3"' });
  }
  return Object.keys(headers).length > 0 ? [z.object(headers)] : [];
}

/** One entry for each status; the kinds that come with it are named, and the first is shown. */
function refusals(route: Route): RouteConfig["responses"] {
  const byStatus = Map.groupBy(problemsOf(route), (kind) => problemKinds[kind].status);
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([left], [right]) => left - right)
      .map(([status, kinds]) => {
        const [first] = kinds as [ProblemKind];
        const example = { type: `/problems/${first}`, title: problemKinds[first].title, status };
        return [
          status,
          {
            description: kinds.map((kind) => `\`${kind}\`: ${problemKinds[kind].title}.`).join(" "),
            content: { "application/problem+json": { schema: problemWire, example } },
          },
        ];
      }),
  );
}
