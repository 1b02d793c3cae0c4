// Trouble with what callers hear and leave: recordings, mail, mailboxes, the disk they lie on.
import { useTranslation } from "react-i18next";
import type { AttentionView } from "../../bindings/api";
import type { MailboxId } from "../../bindings/sound";
import { useMailbox } from "../../live/select";
import { visible } from "../calls/said";

const KINDS = ["recordingStopped", "mailFailed", "mailboxFull", "mailboxLocked", "disk"] as const;

/** What is told of it; each fact may be missing. */
export type SoundTrouble = {
  what: (typeof KINDS)[number];
  mailbox?: MailboxId | null;
  to?: string | null;
};

export function troubleOf(one: AttentionView | undefined): SoundTrouble | null {
  const told = one as { what: string } | undefined;
  return KINDS.some((kind) => kind === told?.what) ? (told as SoundTrouble) : null;
}

/** Where it is mended. */
export function soundLeadsTo({ what, mailbox }: SoundTrouble): string {
  const box = mailbox ? `/voicemail/${mailbox}` : "/voicemail";
  switch (what) {
    case "recordingStopped":
    case "disk":
      return "/health#disk";
    case "mailFailed":
      return "/settings/mail#mailQueue";
    case "mailboxFull":
      return box;
    case "mailboxLocked":
      return mailbox ? `${box}/settings?pin` : box;
  }
}

export function useSoundWords(
  trouble: SoundTrouble | null,
): { title: string; body: string; fix: string } | null {
  const { t } = useTranslation("now");
  const box = useMailbox(trouble?.mailbox ?? -1);
  if (!trouble) return null;
  const { what, to } = trouble;
  const facts = {
    box: box ? t("attention.boxOf", { name: visible(box.name) }) : t("attention.someBox"),
    letter: to ? t("attention.letterTo", { to: visible(to) }) : t("attention.someLetter"),
  };
  return {
    title: t(`attention.${what}.title`, facts),
    body: t(`attention.${what}.body`),
    fix: t(`attention.${what}.fix`),
  };
}
