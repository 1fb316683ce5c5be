/** Tests, and what the tests of one application share. */
const tests = "(\\.test\\.tsx?|/test-kit\\.ts)$";

/** One room, and the rooms its doors open to. Everything else is a wall. */
const room = (path, doors) => ({
  name: `${path}: only ${doors.join(", ") || "itself"}`,
  severity: "error",
  from: { path: `^${path}`, pathNot: tests },
  to: { path: "^(packages|apps|scripts|proofs)/", pathNot: [path, ...doors].map((door) => `^${door}`).join("|") },
});

/** The packages the domain may use: pure, and named one by one. */
const pure = "node_modules/(@marcbachmann/cel-js|big\\.js)/";

module.exports = {
  forbidden: [
    room("packages/domain/", []),
    room("packages/contract/", ["packages/domain/"]),
    room("packages/platform/", ["packages/domain/"]),
    room("packages/documents/", ["packages/domain/"]),
    room("packages/connectors/", ["packages/domain/"]),
    room("packages/client/", ["packages/contract/"]),
    // Of the contract and the domain it sees two lists, which it would else copy.
    room("packages/cli/", [
      "packages/client/",
      "packages/contract/src/import-row[.]ts",
      "packages/domain/src/invoice/lifecycle[.]ts",
    ]),
    room("packages/operations/", ["packages/domain/", "packages/contract/", "packages/platform/"]),
    room("apps/portal/(?!src/(edge/|(config|main|server)[.]))", [
      "packages/domain/",
      "packages/contract/",
      "packages/client/",
    ]),
    // The portal's server: settings, log, and the way to the API.
    room("apps/portal/src/(edge/|(config|main|server)[.])", [
      "packages/(domain|contract|platform)/",
      "apps/portal/src/boot[.]ts",
    ]),
    room("apps/api/", ["packages/"]),
    room("apps/worker/", ["packages/"]),
    // The numbered files run for ever as they are; what tests their guards lies beside them and may use anything.
    room("migrations/\\d+_", ["packages/domain/"]),
    // Scripts and proofs start applications as anybody would; what they import is the list of routes and what tests drive.
    room("scripts/", ["packages/", "proofs/", "apps/api/src/(openapi|routes/index)\\.ts"]),
    room("proofs/", ["packages/", "apps/"]),
    {
      name: "the domain is pure",
      severity: "error",
      from: { path: "^packages/domain/", pathNot: tests },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "npm-no-pkg", "npm-unknown"], pathNot: pure },
    },
    {
      name: "vendors do not know each other",
      severity: "error",
      from: { path: "^packages/connectors/src/([^/]+)/" },
      to: { path: "^packages/connectors/src/[^/]+/", pathNot: "^packages/connectors/src/$1/" },
    },
    {
      name: "fixtures stay in tests",
      severity: "error",
      from: { path: "^(packages/|apps/|migrations/\\d+_)", pathNot: [tests, "^packages/testing/"].join("|") },
      to: { path: "^packages/testing/" },
    },
    {
      name: "a store is used by its own folder alone",
      severity: "error",
      from: { path: "^packages/operations/src/([^/]+)/" },
      to: { path: "^packages/operations/src/[^/]+/[^/]*-store\\.ts$", pathNot: "^packages/operations/src/$1/" },
    },
    { name: "every import leads somewhere", severity: "error", from: {}, to: { couldNotResolve: true } },
    { name: "no cycles", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
