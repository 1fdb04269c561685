import { defineConfig } from "@hey-api/openapi-ts";

// `osler openapi` writes openapi.json; this writes src/api from it. Neither is edited by hand.
export default defineConfig({
  input: "./openapi.json",
  output: { path: "./src/api", clean: true },
  plugins: ["@hey-api/typescript", "@hey-api/sdk", { name: "@hey-api/client-fetch", throwOnError: true }, "@tanstack/react-query"],
});
