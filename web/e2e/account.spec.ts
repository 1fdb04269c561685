import { demoUser, expect, expectAccessible, signIn, test } from "./fixtures";

test("a wrong password says nothing about who has an account", async ({ page }) => {
  await page.goto("/login");
  await expectAccessible(page);
  for (const email of [demoUser("patient").email, "nobody@mail.example"]) {
    await page.getByRole("textbox", { name: "E-mail address" }).fill(email);
    await page.getByLabel("Password", { exact: true }).fill("not the right one");
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page.getByRole("alert")).toHaveText("The e-mail address or the password is not right.");
  }
});

test("a patient finds the nurse's question and answers it", async ({ page }) => {
  await signIn(page, "patient");
  await expect(page.getByRole("heading", { name: "My reports" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link").filter({ hasText: "A question for you" }).click();
  await expect(page.getByRole("heading", { name: "The nurse has a question for you" }).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByPlaceholder("Your answer to the nurse").fill("14/9 this morning");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Your report has arrived" }).first()).toBeVisible();
});

test("my account: profile, second factor, sessions, and a real logout", async ({ page }) => {
  await page.goto("/register");
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "First and last name" }).fill("Noé Lambert");
  await page.getByRole("textbox", { name: "E-mail address" }).fill(`noe.${Date.now()}@mail.example`);
  await page.getByLabel("Password", { exact: true }).fill("seven quiet otters");
  await page.getByRole("button", { name: "Create my account" }).click();
  await expect(page.getByRole("heading", { name: "No report yet" })).toBeVisible();

  await page.goto("/account");
  await expect(page.getByRole("textbox", { name: "First and last name" })).toHaveValue("Noé Lambert");
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Security" }).click();
  await page.getByRole("button", { name: "Set it up" }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.getByRole("tab", { name: "Sessions" }).click();
  await expect(page.getByText("This browser")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page.getByRole("link", { name: "Log in" })).toBeVisible();
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
});
