import type { WebSocketRoute } from "@playwright/test";

import { expect, say, startConversation, test } from "./fixtures";

test("a drop in the middle of an answer loses nothing and doubles nothing", async ({ page }) => {
  const sockets: WebSocketRoute[] = [];
  let cutAt = Number.POSITIVE_INFINITY;
  let isCut = false;
  await page.routeWebSocket(/\/live$/, (socket) => {
    sockets.push(socket);
    const server = socket.connectToServer();
    server.onMessage((message) => {
      socket.send(message);
      // Cut right after the first piece of the answer that follows the patient's message.
      const frame = JSON.parse(String(message)) as { type: string; seq?: number };
      if (!isCut && frame.type === "message_chunk" && (frame.seq ?? 0) >= cutAt) {
        isCut = true;
        void socket.close({ code: 1012 });
        void server.close();
      }
    });
  });
  await startConversation(page);
  const thread = page.getByRole("list", { name: "Messages" }).getByRole("listitem");
  cutAt = (await thread.count()) + 2;
  await say(page, "I have had a cough for two days, with a runny nose.");
  await expect(page.getByRole("list", { name: "Suggested answers" })).toBeVisible();
  expect(isCut).toBe(true);
  expect(sockets.length).toBeGreaterThan(1);
  await expect(thread.filter({ hasText: "runny nose" })).toHaveCount(1);
  await expect(thread).toHaveCount(cutAt);
  await page.reload();
  await expect(thread).toHaveCount(cutAt);
});

test("what is written without a network is sent once it is back", async ({ page, context }) => {
  await startConversation(page);
  await context.setOffline(true);
  await page.evaluate(() => window.dispatchEvent(new Event("offline")));
  await say(page, "My knee hurts.");
  const said = page.getByRole("list", { name: "Messages" }).getByText("My knee hurts.");
  await expect(said).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText(/Why this question/)).toBeVisible({ timeout: 30_000 });
  await expect(said).toHaveCount(1);
});
