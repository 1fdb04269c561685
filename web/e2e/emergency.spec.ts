import { expect, expectAccessible, say, startConversation, test } from "./fixtures";

test.use({ locale: "fr-FR" });

test("chest pain into the left arm leaves one action on the screen", async ({ page }) => {
  await startConversation(page, "fr");
  await say(page, "douleur dans la poitrine qui va dans le bras gauche");
  await expect(page.getByRole("heading", { level: 1, name: "Appelez le 15 maintenant." })).toBeVisible();
  await expect(page.getByRole("link", { name: /Appeler le 15/ })).toHaveAttribute("href", "tel:15");
  await expect(page.getByRole("link", { name: /SMS au 114/ })).toHaveAttribute("href", "sms:114");
  await expect(page.getByRole("textbox")).toHaveCount(0);
  await expect(page.getByRole("button")).toHaveCount(0);
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Appelez le 15 maintenant." })).toBeVisible();
});

test("thoughts of ending one's life lead to 3114, calmly", async ({ page }) => {
  await startConversation(page, "fr");
  await say(page, "je veux en finir avec la vie, j’ai tout préparé");
  await expect(page.getByRole("link", { name: /Appeler le 3114/ })).toHaveAttribute("href", "tel:3114");
  await expectAccessible(page);
});
