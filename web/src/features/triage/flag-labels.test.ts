import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { flagLabel } from "./flag-labels";

const RULES = join(process.cwd(), "../src/osler/triage/redflags/rules");
const RULE = /^- id: (RF\d+)\n(?: {2}.*\n)*? {2}label: \{fr: "([^"]+)", en: "([^"]+)"\}/gm;

it("calls every red flag what the rules call it", () => {
  const rules = readdirSync(RULES)
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) => [...readFileSync(join(RULES, name), "utf8").matchAll(RULE)]);
  expect(rules.length).toBeGreaterThanOrEqual(44);
  for (const [, id = "", fr, en] of rules) expect([flagLabel(id, "fr"), flagLabel(id, "en")], id).toEqual([fr, en]);
});
