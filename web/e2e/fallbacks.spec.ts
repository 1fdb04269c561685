import { expect, say, startConversation, test } from "./fixtures";

test.describe("where a proxy lets no WebSocket through", () => {
  test.beforeEach(async ({ page }) => {
    await page.routeWebSocket(/\/live$/, (socket) => void socket.close({ code: 1011 }));
  });

  test("the conversation goes on over server-sent events", async ({ page }) => {
    const streams = page.waitForRequest(/\/events\?after=\d+$/);
    await startConversation(page);
    await streams;
    await say(page, "I have had a cough for two days, with a runny nose.");
    await expect(page.getByText(/Why this question/)).toBeVisible();
    await expect(page.getByRole("list", { name: "Messages" }).getByText("runny nose")).toHaveCount(1);
  });

  test("and by asking again and again where not even those pass", async ({ page }) => {
    await page.route(/\/events\?/, (route) => route.abort());
    await startConversation(page);
    await expect(page.getByText(/Your connection is limited/)).toBeVisible({ timeout: 20_000 });
    await say(page, "I have had a cough for two days, with a runny nose.");
    await expect(page.getByText(/Why this question/)).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole("list", { name: "Messages" }).getByText("runny nose")).toHaveCount(1);
  });
});
