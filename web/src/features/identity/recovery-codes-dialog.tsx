import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";

import { identityMessages } from "./messages";

export function RecoveryCodesDialog({ codes, onClose }: {
  readonly codes: readonly string[] | null;
  readonly onClose: () => void;
}) {
  const t = useTranslate(identityMessages);
  const [copied, setCopied] = useState(false);
  const close = () => {
    setCopied(false);
    onClose();
  };
  return (
    <Dialog
      open={codes !== null}
      onClose={close}
      title={t("recovery_title")}
      description={t("recovery_text")}
      actions={
        <>
          <Button
            size="l"
            onClick={() => void navigator.clipboard.writeText((codes ?? []).join("\n")).then(() => setCopied(true))}
          >
            {copied ? <Check aria-hidden className="size-5" /> : <Copy aria-hidden className="size-5" />}
            <span aria-live="polite">{t(copied ? "recovery_copied" : "recovery_copy")}</span>
          </Button>
          <Button size="l" variant="primary" onClick={close}>
            {t("recovery_kept")}
          </Button>
        </>
      }
    >
      <ol className="tabular grid grid-cols-2 gap-x-6 gap-y-2 rounded-m bg-sunken px-5 py-4">
        {codes?.map((code) => (
          <li key={code} className="tracking-wider">
            {code}
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
