// Text to be typed in elsewhere, with a button that copies it.
import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../design";
import { tell } from "../../live/toasts";

export function CopyText({ text }: { text: string }) {
  const { t } = useTranslation("common");
  return (
    <span className="copy-text">
      <code>{text}</code>
      <IconButton
        icon={Copy}
        label={`${t("copy")}: ${text}`}
        onPress={() =>
          void navigator.clipboard.writeText(text).then(
            () => tell({ text: t("copied") }),
            () => undefined,
          )
        }
      />
    </span>
  );
}
