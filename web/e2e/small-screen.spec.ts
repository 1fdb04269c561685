import { expect, test } from "./fixtures";

const PAGES = ["/", "/start", "/login", "/register", "/reports", "/nowhere"];

test.use({ viewport: { width: 360, height: 740 } });

for (const locale of ["fr-FR", "en-GB"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("no page scrolls sideways at 360 pixels, and targets can be hit", async ({ page }) => {
      for (const path of PAGES) {
        await page.goto(path);
        await page.waitForLoadState("networkidle");
        const excess = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(excess, path).toBeLessThanOrEqual(0);
        const small = await page.evaluate(() =>
          [...document.querySelectorAll("button, a[href], input, select, textarea")]
            .filter((element) => !element.closest("p") && !element.classList.contains("sr-only"))
            .map((element) => ({ text: element.textContent?.trim(), box: element.getBoundingClientRect() }))
            .filter(({ box }) => box.width > 0 && (box.width < 22 || box.height < 22))
            .map(({ text }) => text),
        );
        expect(small, path).toEqual([]);
      }
    });
  });
}
