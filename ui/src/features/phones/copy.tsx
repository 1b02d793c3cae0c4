// A value to be typed elsewhere, with a button that copies it.
import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../design";

const SHOWN_MS = 1600;

export function Copyable({
  name,
  value,
  autoFocus = false,
}: {
  name: string;
  value: string;
  autoFocus?: boolean;
}) {
  const { t } = useTranslation(["people", "common"]);
  const [copied, setCopied] = useState(false);
  const shown = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      // Where the system keeps the clipboard to itself, the value is at least chosen: Ctrl+C copies it.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
    }
  };

  return (
    <span className="copyable">
      <code ref={shown}>{value}</code>
      <IconButton
        icon={copied ? Check : Copy}
        label={copied ? t("common:copied") : t("login.copy", { name })}
        onPress={() => void copy()}
        autoFocus={autoFocus}
      />
      <span className="unseen" aria-live="polite">
        {copied ? t("common:copied") : ""}
      </span>
    </span>
  );
}
