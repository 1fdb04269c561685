import { describe, expect, it } from "vitest";

const files = import.meta.glob<Record<string, string>>("../**/messages.*.json", { eager: true, import: "default" });
const folders = [...new Set(Object.keys(files).map((path) => path.replace(/messages\.\w+\.json$/, "")))];

describe.each(folders)("messages of %s", (folder) => {
  const en = files[`${folder}messages.en.json`] ?? {};
  const fr = files[`${folder}messages.fr.json`] ?? {};

  it("has the same keys in both languages", () => {
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
  });

  it("has the same parameters in both languages", () => {
    const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    for (const key of Object.keys(en)) expect(parameters(fr[key] ?? ""), key).toEqual(parameters(en[key] ?? ""));
  });

  it("follows French typography", () => {
    for (const [key, text] of Object.entries(fr)) {
      expect(text, `${key}: non-breaking space before ; : ! ? »`).not.toMatch(/ [;:!?»]|« /);
      expect(text, `${key}: typographic apostrophe`).not.toMatch(/'/);
    }
  });

  it("keeps the words we never use out of both languages", () => {
    const banned = /\b(diagnos\w*|detects?|rules out|clinically validated|compliant|sûr et certain|conforme)\b/i;
    for (const text of [...Object.values(en), ...Object.values(fr)]) expect(text).not.toMatch(banned);
  });
});
