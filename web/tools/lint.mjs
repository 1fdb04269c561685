/** Two house rules that neither tsc nor dependency-cruiser can say: raw values live in tokens.css, files stay short. */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../src", import.meta.url));
const MAX_LINES = 250;
const RAW_COLOUR = /#[0-9a-fA-F]{3,8}\b(?![\w-])|\b(?:rgba?|hsla?|oklch)\(/;
const RAW_PX = /(?<![\w.-])\d*\.?\d+px\b/;

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const findings = [];
for (const file of files(ROOT)) {
  const name = relative(ROOT, file).replaceAll("\\", "/");
  if (!/\.(tsx?|css)$/.test(name) || name.startsWith("api/") || name.includes(".gen.")) continue;
  const lines = readFileSync(file, "utf8").split("\n");
  if (lines.length > MAX_LINES + 1) findings.push(`${name}: ${lines.length - 1} lines (max ${MAX_LINES})`);
  if (name === "ui/tokens.css" || /\.test\./.test(name)) continue;
  lines.forEach((line, index) => {
    if (RAW_COLOUR.test(line)) findings.push(`${name}:${index + 1}: raw colour; use a token`);
    if (RAW_PX.test(line)) findings.push(`${name}:${index + 1}: raw px; use a token`);
    if (/\bstyle="|dangerouslySetInnerHTML/.test(line)) findings.push(`${name}:${index + 1}: inline markup or style`);
  });
}

if (findings.length > 0) {
  console.error(findings.join("\n"));
  process.exit(1);
}
