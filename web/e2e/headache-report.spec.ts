import type { Page } from "@playwright/test";

import { expect, expectAccessible, say, startConversation, test } from "./fixtures";

/** Answers every question with its first "no", else with "I don't know", until the report can be sent. */
async function answerAll(page: Page): Promise<void> {
  const ready = page.getByRole("heading", { name: "Whom may the practice answer?" });
  const said = page.getByRole("list", { name: "Messages" }).getByRole("listitem");
  const replies = page.getByRole("list", { name: "Suggested answers" });
  for (let question = 0; question < 14; question += 1) {
    await expect(ready.or(replies)).toBeVisible();
    if (await ready.isVisible()) return;
    const before = await said.count();
    const labels = await replies.getByRole("button").allTextContents();
    const no = labels.findIndex((label) => /^(no|none)\b/i.test(label));
    await replies
      .getByRole("button", { name: labels[no] ?? "I don’t know", exact: true })
      .click();
    // The answer and what follows it.
    await expect.poll(() => said.count()).toBeGreaterThan(before + 1);
  }
}

test("a headache, from the first words to a report in the queue", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: /Call 15/ })).toBeVisible();
  await expectAccessible(page);
  await page.goto("/start");
  await expect(page.getByRole("button", { name: "I agree, start" })).toBeVisible();
  await expectAccessible(page);

  await startConversation(page);
  await say(page, "I have had a headache since Tuesday, mostly in the morning. No fever. I take ramipril 5 mg.");
  await expect(page.getByText(/Why this question/)).toBeVisible();
  await page.getByRole("button", { name: /^Headache/ }).first().hover();
  await expect(page.locator("mark").first()).toBeVisible();
  await expectAccessible(page);

  await answerAll(page);
  await page.getByRole("button", { name: "Leave my contact details" }).click();
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "First and last name" }).fill("Ana Costa");
  await page.getByLabel("Date of birth").fill("1980-02-29");
  await page.getByRole("textbox", { name: "Telephone" }).fill("06 12 34 56 78");
  await page.getByRole("button", { name: "Send to the nurse" }).click();
  await expect(page.getByRole("heading", { name: "Your report has arrived" }).first()).toBeVisible();
  await expectAccessible(page);

  await page.goto("/reports");
  await expect(page.getByRole("link", { name: /headache/i })).toBeVisible();
  await expect(page.getByText("Received")).toBeVisible();
  await expectAccessible(page);
});
