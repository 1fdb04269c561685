/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "features-are-strangers",
      severity: "error",
      comment: "Two features meet only in app/routes.",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/", pathNot: "^src/features/$1/" },
    },
    {
      name: "shared-code-points-down",
      severity: "error",
      from: { path: "^src/(ui|lib|api)/", pathNot: "[.]test[.]" },
      to: { path: "^src/(features|app)/" },
    },
    {
      name: "features-do-not-know-the-app",
      severity: "error",
      from: { path: "^src/features/" },
      to: { path: "^src/app/" },
    },
    {
      name: "no-cycles",
      severity: "error",
      // The route tree and the router name each other by construction; generated code is as it is.
      from: { pathNot: "(route-tree[.]gen[.]ts$|^src/api/)" },
      to: { circular: true, viaOnly: { pathNot: "route-tree[.]gen[.]ts$" } },
    },
    {
      name: "tests-stay-outside-the-product",
      severity: "error",
      from: { path: "^src/", pathNot: "([.]test[.]|^src/test/)" },
      to: { path: "(^src/test/|node_modules/(msw|vitest|@testing-library)/)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
