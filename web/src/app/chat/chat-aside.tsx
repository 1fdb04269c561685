import { type ConversationState, isSent } from "@/features/assistant/conversation-state";
import { ReportStatusCard } from "@/features/assistant/report-status";
import type { Statement } from "@/features/assistant/statements";
import { UnderstoodPanel } from "@/features/assistant/understood-panel";
import { cn } from "@/lib/cn";

export function ChatAside({ isShown, snapshot, active, onActive, onShow }: {
  readonly isShown: boolean;
  readonly snapshot: ConversationState | null;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  readonly onShow: (statement: Statement) => void;
}) {
  const status = snapshot?.report_status ?? null;
  return (
    <aside
      className={cn(
        "w-full shrink-0 overflow-y-auto bg-sunken/60 px-5 py-6 sm:px-6 lg:w-[24rem] lg:border-s lg:border-line",
        !isShown && "max-lg:hidden",
      )}
    >
      {isSent(status) ? (
        <div className="mb-7">
          <ReportStatusCard status={status} />
        </div>
      ) : null}
      <UnderstoodPanel
        understood={snapshot?.understood ?? null}
        active={active}
        onActive={onActive}
        onShow={onShow}
      />
    </aside>
  );
}
