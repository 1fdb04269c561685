import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { renderUi } from "@/test/render";

import { catalogue, fill, useTranslate } from "./i18n";

const messages = catalogue(
  { left_one: "{count} left", left_other: "{count} remain", hello: "Hello {name}" },
  { left_one: "{count} restant", left_other: "{count} restants", hello: "Bonjour {name}" },
);

function Shown({ count }: { readonly count: number }) {
  const t = useTranslate(messages);
  return <p>{t("left_other", { count })}</p>;
}

describe("translating", () => {
  it("takes the plural form of the language, where French counts zero as one", () => {
    const french = renderUi(<Shown count={0} />, "fr");
    expect(screen.getByText("0 restant")).toBeVisible();
    french.unmount();
    renderUi(<Shown count={0} />, "en");
    expect(screen.getByText("0 remain")).toBeVisible();
  });

  it("leaves a placeholder that nobody filled in sight, and never runs what it fills in", () => {
    expect(fill("Hello {name}", {})).toBe("Hello {name}");
    expect(fill("Hello {name}", { name: "{name} $& <b>" })).toBe("Hello {name} $& <b>");
  });
});
