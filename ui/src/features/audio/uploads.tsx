// Files on their way to the engine: how far each has come, and why one was not taken.
import { X } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoundView } from "../../bindings/sound";
import { IconButton, Notice } from "../../design";
import { uploadSound } from "../../live/api";
import { tell } from "../../live/toasts";
import { bytes, percent } from "../../text/format";
import { closeSentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { refusedFile, titleOf } from "./files";
import { useTakeIn } from "./sounds";

type Upload = {
  id: number;
  name: string;
  size: number;
  /** 0 to 1; 1 while the engine reads it. */
  part: number;
  refusal: unknown;
  stop: AbortController;
};

export type Uploads = {
  list: readonly Upload[];
  add: (files: readonly File[]) => void;
  /** Gives one up, or takes its refusal off the screen. */
  drop: (id: number) => void;
};

let latest = 0;

export function useUploads(kind: SoundView["kind"], onAdded: (sound: SoundView) => void): Uploads {
  const { t } = useTranslation("audio");
  const takeIn = useTakeIn();
  const [list, setList] = useState<readonly Upload[]>([]);
  const handlers = useRef({ onAdded, takeIn, kind });
  handlers.current = { onAdded, takeIn, kind };
  const running = useRef(new Set<AbortController>());
  useEffect(() => {
    const own = running.current;
    return () => {
      for (const one of own) one.abort();
    };
  }, []);

  const send = useCallback(
    async (file: File) => {
      latest += 1;
      const id = latest;
      const stop = new AbortController();
      const refusal = refusedFile(file);
      const upload: Upload = { id, name: file.name, size: file.size, part: 0, refusal, stop };
      const change = (to: Partial<Upload>) =>
        setList((now) => now.map((one) => (one.id === id ? { ...one, ...to } : one)));
      setList((now) => [...now, upload]);
      if (refusal) return;
      running.current.add(stop);
      try {
        const about = { title: titleOf(file.name), kind: handlers.current.kind, from: "upload" } as const;
        const sound = await uploadSound(file, about, (part) => change({ part }), stop.signal);
        setList((now) => now.filter((one) => one.id !== id));
        handlers.current.takeIn(sound);
        tell({ text: t("add.added", { title: visible(sound.title) }) });
        handlers.current.onAdded(sound);
      } catch (error) {
        change({ refusal: error });
      } finally {
        running.current.delete(stop);
      }
    },
    [t],
  );

  return {
    list,
    add: useCallback(
      (files) => {
        for (const file of files) void send(file);
      },
      [send],
    ),
    drop: (id) => {
      list.find((one) => one.id === id)?.stop.abort();
      setList((now) => now.filter((one) => one.id !== id));
    },
  };
}

export function Uploads({ uploads }: { uploads: Uploads }) {
  const { t } = useTranslation(["audio", "common"]);
  if (uploads.list.length === 0) return null;
  return (
    <ul className="uploads">
      {uploads.list.map(({ id, name, size, part, refusal }) => {
        const shown = visible(name);
        if (refusal) {
          const known = refusal === "tooLarge" || refusal === "notSound";
          return (
            <li key={id}>
              <Notice
                severity="problem"
                title={t("add.failed", { name: shown })}
                actions={<IconButton icon={X} label={t("common:close")} onPress={() => uploads.drop(id)} />}
              >
                {known ? t(refusal, { name: shown, size: bytes(size) }) : closeSentence(refusal)}
              </Notice>
            </li>
          );
        }
        return (
          <li key={id} className="upload">
            <span className="cut">
              {part < 1
                ? t("add.uploading", { name: shown, part: percent(part) })
                : t("add.checking", { name: shown })}
            </span>
            <progress max={1} {...(part < 1 ? { value: part } : {})} aria-label={shown} />
            <IconButton icon={X} label={t("add.cancel")} onPress={() => uploads.drop(id)} />
          </li>
        );
      })}
    </ul>
  );
}
