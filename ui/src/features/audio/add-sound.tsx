// Adding a sound: from a file, with the microphone, by ringing a phone, or spoken from text.
import { FileAudio, MessageSquareText, Mic, Phone, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoundView } from "../../bindings/sound";
import { Button, Menu } from "../../design";
import { ACCEPTED } from "./files";
import { MicrophoneDialog } from "./microphone-dialog";
import { PhoneDialog } from "./phone-dialog";
import { SpeakDialog } from "./speak-dialog";

export type Source = "microphone" | "phone" | "text";

/** The button with the four ways. Files are handed on; the other ways end with a sound. */
export function AddSoundButton(props: {
  kind: SoundView["kind"];
  onFiles: (files: File[]) => void;
  onSource: (source: Source) => void;
  tone?: "accent" | "plain";
  label?: string;
}) {
  const { kind, onFiles, onSource, tone = "accent", label } = props;
  const { t } = useTranslation("audio");
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Menu
        label={t("add.open")}
        trigger={
          <Button icon={Plus} tone={tone}>
            {label ?? t("add.open")}
          </Button>
        }
        entries={[
          {
            id: "file",
            label: t("add.file"),
            description: t("add.fileNote"),
            icon: FileAudio,
            onAction: () => input.current?.click(),
          },
          ...(kind === "music"
            ? []
            : (
                [
                  ["microphone", Mic],
                  ["phone", Phone],
                  ["text", MessageSquareText],
                ] as const
              ).map(([id, icon]) => ({
                id,
                label: t(`add.${id}`),
                description: t(`add.${id}Note`),
                icon,
                onAction: () => onSource(id),
              }))),
        ]}
      />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={ACCEPTED.join(",")}
        aria-label={t("add.file")}
        onChange={({ target }) => {
          if (target.files?.length) onFiles([...target.files]);
          target.value = "";
        }}
      />
    </>
  );
}

/** The dialog of one way. */
export function SourceDialog(props: {
  source: Source;
  onAdded: (sound: SoundView) => void;
  onClose: () => void;
}) {
  const { source, ...rest } = props;
  if (source === "microphone") return <MicrophoneDialog {...rest} />;
  return source === "phone" ? <PhoneDialog {...rest} /> : <SpeakDialog {...rest} />;
}

/** Which dialog is open, for a screen that has one. */
export function useSource(): [Source | null, (source: Source | null) => void] {
  return useState<Source | null>(null);
}
