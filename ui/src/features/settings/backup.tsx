// The backups there are, making a backup file, and putting one in the place of the office.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { BackupChange, BackupContents, BackupDiff, BackupsView, SoundsOnDisk } from "../../bindings/api";
import { Badge, Button, Checkbox, Dialog, Notice, TextField, Waiting } from "../../design";
import { api } from "../../live/api";
import { tell } from "../../live/toasts";
import { bytes, dayAndTime } from "../../text/format";
import { fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { CopyText } from "./copy-text";
import { useFieldName } from "./field-name";
import { SettingRow } from "./setting-row";

const SHOWN = 8;
const PASSPHRASE_LEAST = 10;

export function useBackups() {
  return useQuery({ queryKey: ["backups"], queryFn: api.backups });
}

export function Backups() {
  const { t } = useTranslation("settings");
  const { data, error } = useBackups();
  return (
    <SettingRow
      id="backups"
      note={t("items.backups.note")}
      below={
        data ? (
          <BackupList {...data} />
        ) : error ? (
          <Notice severity="problem">{sentence(error)}</Notice>
        ) : (
          <Waiting />
        )
      }
    />
  );
}

function BackupList({ backups, folder }: BackupsView) {
  const { t } = useTranslation("settings");
  const newest = [...backups].sort((a, b) => b.at - a.at);
  const older = newest.length - SHOWN;
  return (
    <>
      {newest.length === 0 && <p className="quiet">{t("items.backups.none")}</p>}
      <ul className="backup-list">
        {newest.slice(0, SHOWN).map(({ at, bytes: size, beforeUpdate }) => (
          <li key={at}>
            <span>{dayAndTime(at)}</span>
            {beforeUpdate && <Badge>{t("items.backups.beforeUpdate")}</Badge>}
            <span className="quiet backup-size">{bytes(size)}</span>
          </li>
        ))}
      </ul>
      {older > 0 && <p className="quiet">{t("items.backups.older", { count: older })}</p>}
      <div className="folder-line">
        <span className="quiet">{t("items.backups.folder")}</span>
        <CopyText text={folder} />
      </div>
    </>
  );
}

export function ExportBackup() {
  const { t } = useTranslation("settings");
  const [isOpen, setOpen] = useState(false);
  return (
    <SettingRow
      id="exportBackup"
      note={t("items.exportBackup.note")}
      below={isOpen && <ExportDialog onClose={() => setOpen(false)} />}
    >
      <Button onPress={() => setOpen(true)}>{t("items.exportBackup.action")}</Button>
    </SettingRow>
  );
}

function ExportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const { data } = useBackups();
  const [withMessages, setWithMessages] = useState(true);
  const [withRecordings, setWithRecordings] = useState(false);
  const [tried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: () => api.exportBackup({ passphrase, messages: withMessages, recordings: withRecordings }),
    onSuccess: (file) => {
      saveFile(file, `cordboard-${new Date().toISOString().slice(0, 10)}.backup`);
      tell({ text: t("backup.made") });
      onClose();
    },
  });
  const isShort = passphrase.length < PASSPHRASE_LEAST;
  const isSame = passphrase === again;
  return (
    <Dialog
      title={t("backup.fileTitle")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" type="submit" form="export-form" isDisabled={make.isPending}>
            {t("backup.make")}
          </Button>
        </>
      }
    >
      <form
        id="export-form"
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!isShort && isSame) make.mutate();
        }}
      >
        <p>{t("backup.fileLead")}</p>
        {data && (
          <Contents
            contents={data.contents}
            withMessages={withMessages}
            onMessages={setWithMessages}
            withRecordings={withRecordings}
            onRecordings={setWithRecordings}
          />
        )}
        {make.error && !fieldError(make.error, "passphrase") && (
          <Notice severity="problem">{sentence(make.error)}</Notice>
        )}
        <TextField
          label={t("backup.passphrase")}
          description={t("backup.passphraseNote")}
          type="password"
          autoComplete="new-password"
          autoFocus
          value={passphrase}
          onChange={setPassphrase}
          error={tried && isShort ? t("backup.tooShort") : fieldError(make.error, "passphrase")}
        />
        <TextField
          label={t("backup.again")}
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={setAgain}
          error={tried && !isShort && !isSame ? t("backup.notSame") : undefined}
        />
      </form>
    </Dialog>
  );
}

/** What goes into the file beside the office itself, and how much that is. */
function Contents(props: {
  contents: BackupContents;
  withMessages: boolean;
  onMessages: (wanted: boolean) => void;
  withRecordings: boolean;
  onRecordings: (wanted: boolean) => void;
}) {
  const { contents, withMessages, onMessages, withRecordings, onRecordings } = props;
  const { sounds, messages, recordings, most } = contents;
  const { t } = useTranslation("settings");
  const all = sounds.bytes + (withMessages ? messages.bytes : 0) + (withRecordings ? recordings.bytes : 0);
  const size = ({ count, bytes: large }: SoundsOnDisk) =>
    count === 0 ? t("backup.none") : t("backup.size", { count, size: bytes(large) });
  return (
    <div>
      <p className="quiet">{t("backup.sounds", { size: size(sounds) })}</p>
      <Checkbox description={size(messages)} isSelected={withMessages} onChange={onMessages}>
        {t("backup.messages")}
      </Checkbox>
      <Checkbox description={size(recordings)} isSelected={withRecordings} onChange={onRecordings}>
        {t("backup.recordings")}
      </Checkbox>
      {all > most && <p className="field-error">{t("backup.tooLarge", { most: bytes(most) })}</p>}
    </div>
  );
}

export function RestoreBackup() {
  const { t } = useTranslation("settings");
  const [isOpen, setOpen] = useState(false);
  return (
    <SettingRow
      id="restoreBackup"
      note={t("items.restoreBackup.note")}
      below={isOpen && <RestoreDialog onClose={() => setOpen(false)} />}
    >
      <Button onPress={() => setOpen(true)}>{t("items.restoreBackup.action")}</Button>
    </SettingRow>
  );
}

function RestoreDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const inspect = useMutation({
    mutationFn: (chosen: File) => api.inspectBackup(chosen, passphrase),
  });
  const diff = inspect.data;
  const restore = useMutation({
    mutationFn: (offered: BackupDiff) => api.restoreBackup({ restore: offered.restore }),
    onSuccess: (_, offered) => {
      void queries.invalidateQueries();
      tell({ text: t("backup.restored", { time: dayAndTime(offered.madeAt) }) });
      onClose();
    },
    // What was shown is good once: it is asked for again.
    onError: () => inspect.reset(),
  });
  const error = restore.error ?? inspect.error;
  const isFieldError = fieldError(error, "passphrase") ?? fieldError(error, "file");
  return (
    <Dialog
      title={t("backup.restoreTitle")}
      isOpen
      onClose={onClose}
      width={diff ? "wide" : "normal"}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          {diff ? (
            isAny(diff) && (
              <Button tone="danger" onPress={() => restore.mutate(diff)} isDisabled={restore.isPending}>
                {t("backup.restore")}
              </Button>
            )
          ) : (
            <Button
              tone="accent"
              type="submit"
              form="restore-form"
              isDisabled={!file || !passphrase || inspect.isPending}
            >
              {t("backup.show")}
            </Button>
          )}
        </>
      }
    >
      {error && !isFieldError && <Notice severity="problem">{sentence(error)}</Notice>}
      {diff ? (
        <Diff diff={diff} />
      ) : (
        <form
          id="restore-form"
          className="dialog-form"
          onSubmit={(event) => {
            event.preventDefault();
            restore.reset();
            if (file) inspect.mutate(file);
          }}
        >
          <p>{t("backup.restoreLead")}</p>
          <div className="field">
            <span className="field-label">{t("backup.file")}</span>
            <div className="file-line">
              <FileTrigger onSelect={(files) => setFile(files?.[0] ?? null)}>
                <Button autoFocus>{t("backup.choose")}</Button>
              </FileTrigger>
              {file && <bdi>{t("backup.chosen", { name: visible(file.name), size: bytes(file.size) })}</bdi>}
            </div>
            {fieldError(error, "file") && <p className="field-error">{fieldError(error, "file")}</p>}
          </div>
          <TextField
            label={t("backup.passphrase")}
            type="password"
            autoComplete="off"
            value={passphrase}
            onChange={setPassphrase}
            error={fieldError(error, "passphrase")}
          />
        </form>
      )}
    </Dialog>
  );
}

const SUBJECTS: readonly BackupChange["subject"][] = [
  "settings",
  "person",
  "device",
  "extension",
  "mailbox",
  "room",
  "sound",
  "schedule",
  "flow",
  "mode",
  "pinSet",
  "callerList",
  "mail",
  "user",
];

function isAny({ changes, messages, recordings }: BackupDiff): boolean {
  return changes.length + messages + recordings > 0;
}

function Diff({ diff }: { diff: BackupDiff }) {
  const { t } = useTranslation("settings");
  const { changes, madeAt, office, messages, recordings } = diff;
  return (
    <div className="backup-diff">
      <p>{t("backup.from", { office: visible(office), time: dayAndTime(madeAt) })}</p>
      {changes.length > 0 && <p>{t("backup.changes", { count: changes.length })}</p>}
      {!isAny(diff) && <p>{t("backup.same")}</p>}
      {SUBJECTS.map((subject) => {
        const own = changes.filter((change) => change.subject === subject);
        if (own.length === 0) return null;
        return (
          <section key={subject}>
            <h3>{t(`backup.subjects.${subject}`)}</h3>
            <ul>
              {own.map((change, place) => (
                // Two records may have one name.
                // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change
                <ChangeLine key={place} change={change} />
              ))}
            </ul>
          </section>
        );
      })}
      {messages > 0 && <p>{t("backup.messagesBack", { count: messages })}</p>}
      {recordings > 0 && <p>{t("backup.recordingsBack", { count: recordings })}</p>}
      {changes.length > 0 && <Notice severity="warning">{t("backup.warning")}</Notice>}
    </div>
  );
}

function ChangeLine({ change: { change, name, fields } }: { change: BackupChange }) {
  const { t } = useTranslation("settings");
  const fieldName = useFieldName();
  const value = (text: string) => {
    if (isWord(text)) return t(`backup.is.${text}`);
    return text ? visible(text) : t("audit.nothing");
  };
  return (
    <li data-change={change}>
      <bdi>{visible(name)}</bdi> <span className="quiet">{t(`backup.change.${change}`)}</span>
      {change === "changed" && fields.length > 0 && (
        <ul>
          {fields.map(({ field, now, then }) => (
            <li key={field} className="quiet">
              {t("backup.field", { field: fieldName(field), now: value(now), next: value(then) })}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

const WORDS = ["true", "false", "current", "earlier"] as const;

function isWord(text: string): text is (typeof WORDS)[number] {
  return (WORDS as readonly string[]).includes(text);
}

function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The download reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
