import { act, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { renderUi } from "@/test/render";

import { Button } from "./button";
import { DataTable, type Sort } from "./data-table";
import { Dialog } from "./dialog";
import { Field, Input } from "./field";
import { ProblemNotice } from "./problem-notice";
import { SEVERITIES, SeverityBadge } from "./severity";
import { Timer } from "./timer";
import { useToast } from "./toast";

afterEach(() => void vi.useRealTimers());

describe("Button", () => {
  it("refuses a second press while busy, and stays focusable", async () => {
    const onClick = vi.fn();
    const { user } = renderUi(
      <Button busy onClick={onClick}>
        Save
      </Button>,
    );
    const button = screen.getByRole("button", { name: "Save" });
    await user.click(button);
    expect(onClick).not.toHaveBeenCalled();
    expect(button).toBeEnabled();
    expect(button).toHaveAttribute("aria-disabled", "true");
  });
});

describe("Field", () => {
  it("ties label, hint and error to the control", () => {
    renderUi(
      <Field label="E-mail" hint="We answer there." error="This is not an address." required>
        <Input />
      </Field>,
    );
    const input = screen.getByRole("textbox", { name: "E-mail" });
    expect(input).toBeInvalid();
    expect(input).toHaveAccessibleDescription("We answer there. This is not an address.");
  });
});

describe("Dialog", () => {
  it("is named by its title and closes by its button and by Escape", async () => {
    const onClose = vi.fn();
    const { user } = renderUi(
      <Dialog open onClose={onClose} title="Set it up" description="It takes a minute.">
        …
      </Dialog>,
    );
    const dialog = screen.getByRole("dialog", { name: "Set it up" });
    expect(dialog).toHaveAccessibleDescription("It takes a minute.");
    await user.click(screen.getByRole("button", { name: "Close" }));
    act(() => void dialog.dispatchEvent(new Event("cancel", { cancelable: true })));
    expect(onClose).toHaveBeenCalledTimes(2);
  });
});

describe("ProblemNotice", () => {
  it("prefers the caller's sentence, then the one of the status, then owns up", () => {
    const problem = { type: "/problems/slot-taken", title: "x", status: 409 };
    const { rerender } = renderUi(<ProblemNotice problem={problem} messages={{ "/problems/slot-taken": "Taken." }} />);
    expect(screen.getByRole("alert")).toHaveTextContent("Taken.");
    rerender(<ProblemNotice problem={problem} />);
    expect(screen.getByRole("alert")).toHaveTextContent("This has changed in the meantime");
    rerender(<ProblemNotice problem={{ ...problem, status: 500, request_id: "r-7" }} />);
    expect(screen.getByRole("alert")).toHaveTextContent("Reference: r-7");
    rerender(<ProblemNotice problem={new TypeError("fetch failed")} />);
    expect(screen.getByRole("alert")).toHaveTextContent("No connection");
    rerender(<ProblemNotice problem={null} />);
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("SeverityBadge", () => {
  it("says each level in a word of its own", () => {
    renderUi(
      <>
        {SEVERITIES.map((severity) => (
          <SeverityBadge key={severity} severity={severity} />
        ))}
      </>,
    );
    for (const word of ["Emergency", "Urgent", "Soon", "Routine", "Self-care"]) {
      expect(screen.getByText(word)).toBeVisible();
    }
  });
});

describe("Timer", () => {
  it("runs, and says so when the target has passed", () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-20T10:00:00Z") });
    renderUi(<Timer since="2026-11-20T09:59:00Z" target_s={90} />);
    expect(screen.getByRole("timer")).toHaveTextContent("1:00");
    expect(screen.queryByText("past the target")).toBeNull();
    act(() => void vi.advanceTimersByTime(31_000));
    expect(screen.getByRole("timer")).toHaveTextContent("1:31");
    expect(screen.getByText("past the target")).toBeInTheDocument();
  });

  it("does not trust the browser's clock over the server's", () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-20T11:00:00Z") });
    renderUi(<Timer since="2026-11-20T09:59:00Z" skew_ms={-3_600_000} />);
    expect(screen.getByRole("timer")).toHaveTextContent("1:00");
  });
});

describe("DataTable", () => {
  function People() {
    const [sort, setSort] = useState<Sort>({ key: "name", direction: "ascending" });
    return (
      <DataTable
        caption="People"
        columns={[{ key: "name", header: "Name", cell: (row: { name: string }) => row.name, sortable: true }]}
        rows={[{ name: "Ana" }, { name: "Noé" }]}
        rowKey={(row) => row.name}
        sort={sort}
        onSort={setSort}
      />
    );
  }

  it("is a table with a caption whose header tells and turns the order", async () => {
    const { user } = renderUi(<People />);
    expect(screen.getByRole("table", { name: "People" })).toBeVisible();
    expect(screen.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
    await user.click(screen.getByRole("button", { name: "Name" }));
    expect(screen.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
  });
});

describe("a toast", () => {
  function Approve({ onUndo }: { readonly onUndo: () => void }) {
    const toast = useToast();
    return (
      <Button onClick={() => toast({ title: "Approved", action: { label: "Undo", onAction: onUndo } })}>Approve</Button>
    );
  }

  it("offers the way back and goes when it is taken", async () => {
    const onUndo = vi.fn();
    const { user } = renderUi(<Approve onUndo={onUndo} />);
    await user.click(screen.getByRole("button", { name: "Approve" }));
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    expect(onUndo).toHaveBeenCalledOnce();
    expect(screen.queryByText("Approved")).toBeNull();
  });
});
