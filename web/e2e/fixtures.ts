import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

type Person = "admin" | "nurse" | "nurse2" | "secretary" | "practitioner" | "patient";

interface DemoUser {
  readonly key: Person;
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

/** Tests run against the demo of `global-setup.ts`. Anything the browser complains about fails the test. */
export const test = base.extend<{ complaints: string[] }>({
  baseURL: async ({}, provide) => provide(process.env.OSLER_E2E_ORIGIN),
  complaints: [
    async ({ page }, provide) => {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        // A refused request is logged by the browser whatever the page makes of it; the page is what tests look at.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
          complaints.push(message.text());
        }
      });
      await provide(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export function demoUser(person: Person): DemoUser {
  const users = JSON.parse(process.env.OSLER_E2E_USERS ?? "[]") as readonly DemoUser[];
  const user = users.find(({ key }) => key === person);
  if (!user) throw new Error(`the demo has no ${person}`);
  return user;
}

/** Signs in through the form, in English. */
export async function signIn(page: Page, person: Person): Promise<void> {
  const { email, password } = demoUser(person);
  await page.goto("/login");
  await page.getByRole("textbox", { name: "E-mail address" }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Zero findings of WCAG 2.2 A and AA, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  // A page is judged once it is there: its code may still be on the way.
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
    expect(told, `${page.url()} in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

const WORDS = {
  en: { start: "Tell us what is happening", agree: "I agree, start", box: "Your message" },
  fr: { start: "Expliquer ce qui m’arrive", agree: "J’accepte, commencer", box: "Votre message" },
} as const;

/** From the landing page through the consent gate to an open conversation. */
export async function startConversation(page: Page, language: "en" | "fr" = "en"): Promise<void> {
  const words = WORDS[language];
  await page.goto("/");
  await page.getByRole("link", { name: words.start }).click();
  await page.getByRole("checkbox").check();
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: words.agree }).click();
  await expect(page.getByRole("textbox", { name: words.box })).toBeVisible();
  // The greeting says that the conversation stands.
  await expect(page.getByRole("list", { name: "Messages" }).getByRole("listitem").first()).toBeVisible();
}

export async function say(page: Page, text: string): Promise<void> {
  const box = page.getByRole("main").getByRole("textbox").last();
  await box.fill(text);
  await box.press("Enter");
}
