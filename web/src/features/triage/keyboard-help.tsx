import { useTranslate } from "@/lib/i18n";
import { Dialog } from "@/ui/dialog";
import { Kbd } from "@/ui/kbd";

import { BINDINGS, type Scope } from "./keys";
import { triageMessages } from "./messages";

export function KeyboardHelp({ open, onClose, scope }: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly scope: Scope;
}) {
  const t = useTranslate(triageMessages);
  return (
    <Dialog open={open} onClose={onClose} title={t("keys_title")} description={t("keys_lead")}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2.5">
        {BINDINGS[scope].map(({ command, keys }) => (
          <div key={command} className="contents">
            <dt className="flex gap-1.5">
              {keys.map((key) => (
                <Kbd key={key}>{keyName(key, t("key_escape"), t("key_enter"))}</Kbd>
              ))}
            </dt>
            <dd>{t(`command_${scope}_${command}` as Parameters<typeof t>[0])}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function keyName(key: string, escape: string, enter: string): string {
  if (key === "Escape") return escape;
  if (key === "Enter") return enter;
  return key.replace("+z", " Z").toUpperCase().replace("CTRL", "Ctrl");
}
