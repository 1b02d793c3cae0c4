// Trouble with what callers leave: mail that does not go out, mailboxes that are full or locked.
import { useTranslation } from "react-i18next";
import type { AttentionView } from "../../bindings/api";
import { useMailbox } from "../../live/select";
import { visible } from "../calls/said";

const KINDS = ["mailFailed", "mailboxFull", "mailboxLocked"] as const;

export type SoundTrouble = Extract<AttentionView, { what: (typeof KINDS)[number] }>;

export function troubleOf(one: AttentionView | undefined): SoundTrouble | null {
  return one && KINDS.some((kind) => kind === one.what) ? (one as SoundTrouble) : null;
}

/** Where it is mended. */
export function soundLeadsTo(trouble: SoundTrouble): string {
  switch (trouble.what) {
    case "mailFailed":
      return "/settings/mail#mailQueue";
    case "mailboxFull":
      return `/voicemail/${trouble.mailbox}`;
    case "mailboxLocked":
      return `/voicemail/${trouble.mailbox}/settings?pin`;
  }
}

export function useSoundWords(
  trouble: SoundTrouble | null,
): { title: string; body: string; fix: string } | null {
  const { t } = useTranslation("now");
  const box = useMailbox(trouble && "mailbox" in trouble ? trouble.mailbox : -1);
  if (!trouble) return null;
  const { what } = trouble;
  const facts = {
    box: box ? t("attention.boxOf", { name: visible(box.name) }) : t("attention.someBox"),
    letter: trouble.what === "mailFailed" ? t("attention.letterTo", { to: visible(trouble.to) }) : "",
  };
  return {
    title: t(`attention.${what}.title`, facts),
    body: t(`attention.${what}.body`),
    fix: t(`attention.${what}.fix`),
  };
}
