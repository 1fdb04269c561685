import type { Browser, Page } from "@playwright/test";

import { expect, expectAccessible, say, signIn, startConversation, test } from "./fixtures";

const QUIET = { locale: "en-GB", timezoneId: "Europe/Paris", reducedMotion: "reduce" } as const;

/** A second person with a browser of their own. */
async function somebodyElse(browser: Browser, locale = "en-GB"): Promise<Page> {
  const context = await browser.newContext({ ...QUIET, locale, baseURL: process.env.OSLER_E2E_ORIGIN });
  return context.newPage();
}

/** Opens the report of a patient from the queue, whoever else waits there. */
async function openReport(nurse: Page, name: string): Promise<void> {
  await nurse.goto("/queue");
  await nurse.getByRole("link", { name, exact: true }).click();
  await expect(nurse.getByRole("heading", { level: 1, name })).toBeVisible();
}

test("chest pain turns the nurse's open queue red within a second, and an English nurse reads a French patient", async ({
  page: nurse,
  browser,
}) => {
  await signIn(nurse, "nurse2");
  await expect(nurse.getByRole("heading", { level: 1, name: "Queue" })).toBeVisible();
  await expect(nurse.getByText("Live", { exact: true })).toBeVisible();
  await expectAccessible(nurse);
  const banner = nurse.getByRole("region", { name: "Open emergencies" });
  const patient = await somebodyElse(browser, "fr-FR");
  await startConversation(patient, "fr");
  const before = await banner.getByRole("listitem").count();

  const sentAt = Date.now();
  await say(patient, "douleur dans la poitrine qui va dans le bras gauche");
  const [screenMs, cardMs] = await Promise.all([
    patient.getByRole("heading", { level: 1, name: "Appelez le 15 maintenant." }).waitFor().then(() => Date.now() - sentAt),
    banner.getByRole("listitem").nth(before).waitFor().then(() => Date.now() - sentAt),
  ]);
  console.log(`emergency: patient's screen after ${screenMs} ms, nurse's alarm after ${cardMs} ms`);
  const card = nurse.locator('[data-urgency="emergency"]').filter({ hasText: "douleur dans la poitrine qui va dans le bras gauche" });
  await expect(card.first()).toBeVisible();
  await expect(card.first()).toContainText("Chest pain suggestive of an acute coronary syndrome");
  await expectAccessible(nurse);

  await banner.getByRole("listitem").nth(before).getByRole("link", { name: "Open" }).click();
  await expect(nurse.getByText("The patient reads French").or(nurse.getByText("Chest pain suggestive")).first()).toBeVisible();
  // The words stay the patient's own; what the rules make of them is in the nurse's language.
  await expect(nurse.getByRole("region", { name: "Conversation" }).getByText("bras", { exact: false }).first()).toBeVisible();
  await expectAccessible(nurse);
  await nurse.keyboard.press("a");
  await expect(nurse.getByText(/Taken by Tom Whitaker/).first()).toBeVisible();
  await nurse.keyboard.press("?");
  await expect(nurse.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await expectAccessible(nurse);
});

test("a nurse overrides with a reason, thinks again within ten seconds, and approves", async ({ page: nurse }) => {
  await signIn(nurse, "nurse");
  await expect(nurse.getByRole("heading", { level: 1, name: "Queue" })).toBeVisible();
  await openReport(nurse, "Lucien Barbier");
  await expect(nurse.getByText("27/06/1983")).toBeVisible();

  await nurse.keyboard.press("o");
  const dialog = nurse.getByRole("dialog");
  await dialog.getByRole("radio", { name: /Urgent/ }).check();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("court");
  await nurse.keyboard.press("Control+Enter");
  await expect(dialog.getByText("At least 10 characters.")).toBeVisible();
  await expectAccessible(nurse);
  await dialog.getByRole("textbox", { name: "Reason" }).fill("New treatment and dizziness on standing: see today.");
  await nurse.keyboard.press("Control+Enter");
  await expect(nurse.getByText(/Urgency changed by you/)).toBeVisible();
  await expect(nurse.getByText("New treatment and dizziness on standing: see today.")).toBeVisible();

  await nurse.keyboard.press("u");
  await expect(nurse.getByText(/Taken back by you/)).toBeVisible();
  await expect(nurse.getByText("Waiting for a nurse").first()).toBeVisible();
  await expectAccessible(nurse);

  await nurse.keyboard.press("a");
  await expect(nurse.getByRole("dialog")).toContainText("You confirm");
  await nurse.keyboard.press("Control+Enter");
  await expect(nurse.getByText(/Approved by you/)).toBeVisible();
  await expectAccessible(nurse);
  await nurse.goto("/queue?status=reviewed");
  await expect(nurse.getByRole("link", { name: "Lucien Barbier", exact: true })).toBeVisible();
});

test("a question goes to the patient and the answer comes back to the same report", async ({ page: nurse, browser }) => {
  const patient = await somebodyElse(browser);
  await startConversation(patient);
  await say(patient, "I have crushing chest pain going into my jaw.");
  await expect(patient.getByRole("heading", { level: 1, name: /Call 15 now/ })).toBeVisible();

  await signIn(nurse, "nurse");
  await expect(nurse.getByRole("region", { name: "Open emergencies" })).toBeVisible();
  const line = nurse.locator('[data-urgency="emergency"]').filter({ hasText: "crushing chest pain going into my jaw" });
  await line.getByRole("link").click();
  await nurse.keyboard.press("a");
  await expect(nurse.getByText(/Taken by Inès Garnier/).first()).toBeVisible();
  await nurse.keyboard.press("r");
  await nurse.getByRole("textbox", { name: "Your question" }).fill("Have you reached the ambulance?");
  await nurse.keyboard.press("Control+Enter");
  await expect(nurse.getByText(/Question sent by you/)).toBeVisible();
  await expect(nurse.getByRole("region", { name: "Conversation" }).getByText("Have you reached the ambulance?")).toBeVisible();
  await expectAccessible(nurse);
});

test("administrators and secretaries see what is theirs, and nothing clinical", async ({ page, browser }) => {
  await signIn(page, "secretary");
  await expect(page.getByRole("heading", { level: 1, name: "Open emergencies" })).toBeVisible();
  await expectAccessible(page);
  await page.goto("/admin/users");
  await expect(page.getByRole("heading", { level: 1, name: "Open emergencies" })).toBeVisible();
  const practitioner = await somebodyElse(browser);
  await signIn(practitioner, "practitioner");
  await practitioner.getByRole("link", { name: "Harriet Colby", exact: true }).click();
  await expect(practitioner.getByRole("heading", { level: 1, name: "Harriet Colby" })).toBeVisible();
  await expect(practitioner.getByRole("toolbar")).toHaveCount(0);
  await expectAccessible(practitioner);
});
