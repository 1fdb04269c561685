import { createHmac } from "node:crypto";

import type { Browser, Page } from "@playwright/test";

import { demoUser, expect, expectAccessible, say, signIn, startConversation, test } from "./fixtures";

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

  await nurse.keyboard.press("a");
  await expect(nurse.getByRole("dialog")).toContainText("You confirm");
  await nurse.keyboard.press("Control+Enter");
  await expect(nurse.getByText(/Approved by you/)).toBeVisible();
  await expectAccessible(nurse);
  await nurse.goto("/queue?status=reviewed");
  await expect(nurse.getByRole("link", { name: "Lucien Barbier", exact: true })).toBeVisible();
});

test("a headache is asked back about, answered, approved, and the patient reads the answer", async ({ page: nurse, browser }) => {
  const patient = await somebodyElse(browser);
  await startConversation(patient);
  await say(patient, "I have had a headache since Tuesday, mostly in the morning. No fever. I take ramipril 5 mg.");
  await expect(patient.getByText(/Why this question/)).toBeVisible();
  await say(patient, "stop");
  await patient.getByRole("button", { name: "Leave my contact details" }).click();
  await patient.getByRole("textbox", { name: "First and last name" }).fill("Rosa Lind");
  await patient.getByLabel("Date of birth").fill("1980-02-29");
  await patient.getByRole("textbox", { name: "Telephone" }).fill("06 12 34 56 78");
  await patient.getByRole("button", { name: "Send to the nurse" }).click();
  await expect(patient.getByRole("heading", { name: "Your report has arrived" }).first()).toBeVisible();

  await signIn(nurse, "nurse");
  await nurse.getByRole("link", { name: "Rosa Lind", exact: true }).click();
  await expect(nurse.getByText("29/02/1980")).toBeVisible();
  await nurse.getByRole("button", { name: "Headache", exact: true }).hover();
  await expect(nurse.locator("mark[data-active]").first()).toBeVisible();
  await nurse.keyboard.press("r");
  await nurse.getByRole("textbox", { name: "Your question" }).fill("Is it worse when you bend forward?");
  await nurse.keyboard.press("Control+Enter");
  await expect(nurse.getByText(/Question sent by you/)).toBeVisible();

  await expect(patient.getByRole("list", { name: "Messages" }).getByText("Is it worse when you bend forward?")).toBeVisible();
  await say(patient, "Yes, a little, on the left side");

  // Without a reload: the answer, and that there is one.
  await expect(nurse.getByText("Patient has answered").first()).toBeVisible();
  await expect(nurse.getByRole("region", { name: "Conversation" }).getByText(/on the left side/)).toBeVisible();
  await nurse.keyboard.press("a");
  await nurse.getByRole("textbox", { name: /Note to the patient/ }).fill("Bring the box of your tablets.");
  await nurse.keyboard.press("Control+Enter");
  await expect(nurse.getByText(/Approved by you/)).toBeVisible();
  await expect(nurse.getByText("Reviewed").first()).toBeVisible();
  await expect(patient.getByText(/Bring the box of your tablets\./).first()).toBeVisible();
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
});

test("an administrator looks after people and the system", async ({ page }) => {
  const { email, password } = demoUser("admin");
  await page.goto("/login");
  const origin = new URL(page.url()).origin;
  await page.request.post("/api/login", { data: { email, password }, headers: { origin } });
  const { csrf_token } = (await (await page.request.get("/api/session")).json()) as { csrf_token: string };
  const headers = { origin, "x-csrf-token": csrf_token };
  const { secret } = (await (await page.request.post("/api/me/totp", { headers })).json()) as { secret: string };
  const confirmed = await page.request.post("/api/me/totp/confirm", { headers, data: { code: totpCode(secret) } });
  expect(confirmed.ok()).toBe(true);

  await page.goto("/admin/users");
  await expect(page.getByText("helene@cardio.example").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("textbox", { name: "E-mail address" }).fill(`lea.${Date.now()}@cardio.example`);
  await page.getByRole("button", { name: "Make the invitation" }).click();
  await expect(page.getByRole("textbox", { name: "Link" })).toHaveValue(/\/invitation#/);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name: "Health" }).click();
  await expect(page.getByRole("heading", { name: "Database", exact: true })).toBeVisible();
  await expectAccessible(page);
});

/** RFC 6238 with the defaults of every authenticator app. */
function totpCode(secret: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/=+$/, "")].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest[19] ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
