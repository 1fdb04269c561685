import { act, screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { FakeSocket, stubSocket } from "@/test/fake-socket";
import { CARD, DESK, message, snapshot } from "@/test/fixtures";
import { openPage } from "@/test/render";
import { problem, server, sessionOf, signedInAs } from "@/test/server";

const QUESTION = message(1, "Did the pain come all at once?", {
  kind: "question",
  why: "how it began changes how soon you should be seen",
  question_id: "onset",
  quick_replies: [
    { value: "yes", label: "Yes" },
    { value: "unknown", label: "I don’t know" },
  ],
});

async function openConversation() {
  const page = openPage("/conversation/c1");
  await screen.findByRole("textbox", { name: "Your message" });
  act(() => FakeSocket.last.open());
  return page;
}

beforeEach(() => {
  stubSocket();
  server.use(
    signedInAs(sessionOf("visitor")),
    http.get("/api/front-desk", () => HttpResponse.json(DESK)),
  );
});

describe("a conversation", () => {
  it("asks, says why, offers answers and ways out, and sends what is tapped", async () => {
    const { user } = await openConversation();
    act(() => {
      FakeSocket.last.say(QUESTION);
      FakeSocket.last.tell(snapshot({ progress: { asked: 1, of: 9 } }));
    });
    expect(screen.getByText(/Why this question: how it began/)).toBeVisible();
    const replies = within(screen.getByRole("list", { name: "Suggested answers" }));
    expect(replies.getAllByRole("button").map((button) => button.textContent)).toEqual(["Yes", "I don’t know", "Stop here"]);
    await user.click(replies.getByRole("button", { name: "I don’t know" }));
    expect(FakeSocket.last.messagesSent()[0]).toMatchObject({ text: "I don’t know" });
    expect(screen.queryByRole("list", { name: "Suggested answers" })).toBeNull();
  });

  it("keeps what is written without a connection and sends it once it is back", async () => {
    const { user } = await openConversation();
    const dropped = FakeSocket.last;
    act(() => dropped.drop());
    await user.type(screen.getByRole("textbox"), "My back hurts{Enter}");
    expect(screen.getByText("Waiting for the connection")).toBeVisible();
    expect(sessionStorage.getItem("osler.outbox.c1")).toContain("My back hurts");
    await waitFor(() => expect(FakeSocket.last).not.toBe(dropped), { timeout: 2_000 });
    act(() => FakeSocket.last.open());
    const [sent] = FakeSocket.last.messagesSent();
    expect(sent).toMatchObject({ text: "My back hurts" });
    act(() =>
      FakeSocket.last.frame({
        type: "ack",
        client_msg_id: sent?.client_msg_id ?? "",
        id: "m1",
        seq: 1,
        level: "none",
        replay: false,
      }),
    );
    expect(screen.queryByText("Sending")).toBeNull();
    expect(screen.getByText("My back hurts")).toBeVisible();
    expect(sessionStorage.getItem("osler.outbox.c1")).toBeNull();
  });

  it("says that it is reconnecting when a drop lasts", async () => {
    await openConversation();
    act(() => FakeSocket.last.drop());
    expect(await screen.findByText(/Connection lost/)).toBeVisible();
    act(() => FakeSocket.last.open());
    expect(await screen.findByText("Connected again.")).toBeVisible();
  });

  it("keeps the text of a refused message and sends it again on demand", async () => {
    const { user } = await openConversation();
    await user.type(screen.getByRole("textbox"), "one{Enter}");
    const { client_msg_id } = FakeSocket.last.messagesSent()[0] ?? { client_msg_id: "" };
    act(() =>
      FakeSocket.last.frame({
        type: "error",
        client_msg_id,
        problem: { type: "/problems/too-many-requests", title: "", status: 429 },
      }),
    );
    expect(screen.getByRole("alert")).toHaveTextContent("Too many messages at once");
    await user.click(screen.getByRole("button", { name: "Send again" }));
    expect(FakeSocket.last.messagesSent().map((frame) => frame.client_msg_id)).toEqual([client_msg_id, client_msg_id]);
  });

  it("refuses more than 8,000 characters without losing them", async () => {
    const { user } = await openConversation();
    const box = screen.getByRole("textbox");
    await user.click(box);
    await user.paste(`🩺🩺${"é".repeat(7_999)}`);
    expect(screen.getByRole("alert")).toHaveTextContent("1 character too many");
    await user.keyboard("{Enter}");
    expect(FakeSocket.last.messagesSent()).toHaveLength(0);
    await user.keyboard("{Backspace}");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("highlights the words that a statement comes from", async () => {
    const { user } = await openConversation();
    act(() => {
      FakeSocket.last.say(message(1, "J’ai 😣 mal au dos depuis lundi", { role: "patient" }));
      FakeSocket.last.tell(
        snapshot({
          understood: {
            findings: [
              {
                code: "back_pain",
                label: "Back pain",
                status: "present",
                source: [{ message_id: "m1", seq: 1, start: 7, end: 17 }],
              },
            ],
            allergies_status: "not_asked",
          },
        }),
      );
    });
    expect(screen.getByText("Allergies: not yet asked")).toBeVisible();
    await user.hover(screen.getByRole("button", { name: "Back pain" }));
    expect(document.querySelector("mark")).toHaveTextContent("mal au dos");
    await user.unhover(screen.getByRole("button", { name: "Back pain" }));
    expect(document.querySelector("mark")).toBeNull();
  });

  it("announces what is streamed by sentence", async () => {
    await openConversation();
    act(() => {
      FakeSocket.last.tell(snapshot());
      FakeSocket.last.frame({ type: "message_start", id: "m1", seq: 1, role: "assistant", kind: "text", created_at: "" });
      FakeSocket.last.frame({ type: "message_chunk", id: "m1", seq: 1, index: 0, text: "Thank you. When did " });
    });
    const live = document.querySelector("[aria-live=polite].sr-only");
    expect(live).toHaveTextContent(/^Thank you\.$/);
    act(() => FakeSocket.last.say(message(1, "Thank you. When did it start?")));
    expect([...(live?.children ?? [])].map((line) => line.textContent)).toEqual(["Thank you.", "When did it start?"]);
  });

  it("opens nothing for another person's conversation", async () => {
    await openConversation();
    act(() => FakeSocket.last.drop(4404));
    expect(screen.getByRole("alert")).toHaveTextContent("belongs to someone else");
  });
});

describe("an emergency", () => {
  it("leaves one action on the screen and nothing else", async () => {
    const { user } = await openConversation();
    await user.type(screen.getByRole("textbox"), "chest pain in my left arm{Enter}");
    const { client_msg_id } = FakeSocket.last.messagesSent()[0] ?? { client_msg_id: "" };
    act(() =>
      FakeSocket.last.frame({ type: "ack", client_msg_id, id: "m1", seq: 1, level: "emergency", replay: false }),
    );
    expect(await screen.findByRole("alert")).toHaveTextContent("Call 15 now.");
    expect(screen.getByRole("link", { name: /Call 15/ })).toHaveAttribute("href", "tel:15");
    expect(screen.getByRole("link", { name: /Text 114/ })).toHaveAttribute("href", "sms:114");
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(screen.queryByRole("navigation")).toBeNull();
    expect(screen.queryByRole("button")).toBeNull();
    expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
  });

  it("gives way to the answer of a nurse who found none, and to nothing less", async () => {
    await openConversation();
    const report = {
      id: "r1",
      reference: "A1",
      status: "reviewed" as const,
      urgency: null,
      submitted_at: null,
      reviewed_at: null,
    };
    act(() => FakeSocket.last.tell(snapshot({ emergency: CARD, report })));
    expect(await screen.findByRole("heading", { level: 1, name: "Call 15 now." })).toBeVisible();
    act(() => {
      FakeSocket.last.say(message(1, "I read your report; come today at 4.", { role: "nurse", kind: "nurse_answer" }));
      const reviewed = { ...report, reviewed_at: "2026-11-20T10:05:00Z" };
      FakeSocket.last.tell(snapshot({ emergency: CARD, report: reviewed, report_status: "reviewed" }));
    });
    expect(await screen.findByText("I read your report; come today at 4.")).toBeVisible();
  });

  it("comes up with a number even when the practice's own could not be loaded", async () => {
    server.use(http.get("/api/front-desk", () => problem(500, "internal")));
    await openConversation();
    act(() => FakeSocket.last.tell(snapshot({ emergency: null })));
    act(() =>
      FakeSocket.last.frame({
        type: "error",
        client_msg_id: "gone",
        problem: { type: "/problems/conversation-closed", title: "", status: 409, emergency: CARD },
      }),
    );
    expect(await screen.findByRole("heading", { level: 1, name: "Call 15 now." })).toBeVisible();
  });
});

describe("sending the report", () => {
  it("asks a visitor for a way to answer, and keeps the form when it is refused", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post("/api/conversations/c1/submit", async ({ request }) => {
        bodies.push(await request.json());
        return bodies.length === 1 ? problem(503, "busy") : HttpResponse.json({});
      }),
    );
    const { user } = await openConversation();
    act(() => FakeSocket.last.tell(snapshot({ can_submit: true })));
    await user.click(await screen.findByRole("button", { name: "Leave my contact details" }));
    await user.type(screen.getByRole("textbox", { name: "First and last name" }), "Ana Costa");
    await user.type(screen.getByLabelText("Date of birth"), "1980-02-29");
    await user.click(screen.getByRole("button", { name: "Send to the nurse" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("A telephone number or an e-mail address is needed.");
    await user.type(screen.getByRole("textbox", { name: "Telephone" }), "06 12 34 56 78");
    await user.click(screen.getByRole("button", { name: "Send to the nurse" }));
    await screen.findByText(/Something went wrong on our side/);
    await user.click(screen.getByRole("button", { name: "Send to the nurse" }));
    await waitFor(() => expect(bodies).toHaveLength(2));
    expect(bodies[1]).toEqual({ contact: { name: "Ana Costa", phone: "06 12 34 56 78", birth_date: "1980-02-29" } });
  });

  it("shows the status and lets the patient answer the nurse", async () => {
    const { user } = await openConversation();
    act(() => {
      FakeSocket.last.say(message(1, "Have you measured your blood pressure?", { role: "nurse", kind: "nurse_question" }));
      FakeSocket.last.tell(snapshot({ report_status: "awaiting_patient", is_identified: true }));
    });
    expect(screen.getAllByRole("heading", { name: "The nurse has a question for you" })[0]).toBeInTheDocument();
    await user.type(screen.getByPlaceholderText("Your answer to the nurse"), "14/9 this morning{Enter}");
    expect(FakeSocket.last.messagesSent()[0]).toMatchObject({ text: "14/9 this morning" });
  });
});

vi.setConfig({ testTimeout: 15_000 });
