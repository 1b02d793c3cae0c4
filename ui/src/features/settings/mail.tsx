// Mail: the server that takes letters, a test of it, and the letters that wait.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MailItem, MailSettings, MailSettingsEdit } from "../../bindings/sound";
import {
  Badge,
  type BadgeTone,
  Button,
  Checkbox,
  Dialog,
  IconButton,
  Notice,
  NumberField,
  Select,
  Switch,
  TextField,
  Waiting,
} from "../../design";
import { api, Refused } from "../../live/api";
import { useNow } from "../../live/clock";
import { tell, tellRefused } from "../../live/toasts";
import { clockTime, moment } from "../../text/format";
import { closeSentence, fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { SettingRow } from "./setting-row";
import "./mail.css";

const MAIL = ["mail"] as const;
const QUEUE = ["mail-queue"] as const;
const ASK_MS = 10_000;

const useMail = () => useQuery({ queryKey: MAIL, queryFn: api.mail });

export function MailServer() {
  const { t } = useTranslation("mail");
  const { data, error } = useMail();
  const [isOpen, setOpen] = useState(false);
  const isSet = data !== undefined && data.host !== "";
  return (
    <SettingRow
      id="mailServer"
      note={data && (isSet ? serverWords(data) : t("server.none"))}
      below={
        <>
          {error && <Notice severity="problem">{sentence(error)}</Notice>}
          {data && isOpen && <ServerDialog mail={data} onClose={() => setOpen(false)} />}
        </>
      }
    >
      <Button tone={isSet ? "plain" : "accent"} isDisabled={!data} onPress={() => setOpen(true)}>
        {t(isSet ? "server.change" : "server.edit")}
      </Button>
    </SettingRow>
  );

  function serverWords({ enabled, from, host, port }: MailSettings): string {
    const where = t("server.shown", { from: visible(from), host: visible(host), port });
    return enabled ? where : `${where}. ${t("server.off")}`;
  }
}

/** The usual port of each way; one that was typed stays. */
export const USUAL_PORTS = { tls: 465, startTls: 587, none: 25 } as const;

export function portFor(port: number, before: MailSettings["security"], after: MailSettings["security"]) {
  return port === USUAL_PORTS[before] ? USUAL_PORTS[after] : port;
}

function ServerDialog({ mail, onClose }: { mail: MailSettings; onClose: () => void }) {
  const { t } = useTranslation(["mail", "common"]);
  const queries = useQueryClient();
  const [edit, setEdit] = useState(() => {
    const { enabled, host, port, security, user, from } = mail;
    // Whoever sets it up for the first time wants letters to be sent.
    return { enabled: enabled || host === "", host, port: port || 587, security, user, from };
  });
  const [password, setPassword] = useState("");
  const [forget, setForget] = useState(false);
  const set = (change: Partial<typeof edit>) => setEdit((before) => ({ ...before, ...change }));
  const save = useMutation({
    mutationFn: () => {
      const wanted: MailSettingsEdit = { ...edit, host: edit.host.trim(), from: edit.from.trim() };
      if (forget) wanted.password = null;
      else if (password) wanted.password = password;
      return api.editMail(mail.revision, wanted);
    },
    onSuccess: (saved) => {
      queries.setQueryData(MAIL, saved);
      tell({ text: t("server.saved") });
      onClose();
    },
    onError: (error) => {
      if (error instanceof Refused && error.status === 412)
        void queries.invalidateQueries({ queryKey: MAIL });
    },
  });
  const error = (field: string) => fieldError(save.error, field);
  const isFieldError = ["host", "port", "security", "user", "password", "from"].some(error);
  return (
    <Dialog
      title={t("server.title")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" type="submit" form="mail-form" isDisabled={save.isPending}>
            {t("common:save")}
          </Button>
        </>
      }
    >
      <form
        id="mail-form"
        className="mail-form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {save.error && !isFieldError && <Notice severity="problem">{sentence(save.error)}</Notice>}
        <Switch isSelected={edit.enabled} onChange={(enabled) => set({ enabled })}>
          {t("server.enabled")}
        </Switch>
        <div className="mail-pair">
          <TextField
            label={t("server.host")}
            placeholder={t("server.hostPlaceholder")}
            value={edit.host}
            onChange={(host) => set({ host })}
            error={error("host")}
            autoFocus
            code
          />
          <NumberField
            label={t("server.port")}
            minValue={1}
            maxValue={65_535}
            formatOptions={{ useGrouping: false }}
            value={edit.port}
            onChange={(port) => Number.isFinite(port) && set({ port })}
            error={error("port")}
          />
        </div>
        <Select
          label={t("server.security")}
          options={(["tls", "startTls", "none"] as const).map((id) => ({
            id,
            label: t(`server.securities.${id}`),
          }))}
          value={edit.security}
          onChange={(security) => set({ security, port: portFor(edit.port, edit.security, security) })}
          error={error("security")}
        />
        {edit.security === "none" && <Notice severity="warning">{t("server.noneWarning")}</Notice>}
        <div className="mail-pair mail-pair-even">
          <TextField
            label={t("server.user")}
            description={t("server.userNote")}
            value={edit.user}
            onChange={(user) => set({ user })}
            autoComplete="off"
            error={error("user")}
          />
          <div>
            <TextField
              label={t("server.password")}
              type="password"
              autoComplete="new-password"
              value={password}
              onChange={setPassword}
              isDisabled={forget}
              error={error("password")}
              {...(mail.hasPassword ? { description: t("server.passwordKept") } : {})}
            />
            {mail.hasPassword && (
              <Checkbox isSelected={forget} onChange={setForget}>
                {t("server.passwordForget")}
              </Checkbox>
            )}
          </div>
        </div>
        <TextField
          label={t("server.from")}
          description={t("server.fromNote")}
          value={edit.from}
          onChange={(from) => set({ from })}
          inputMode="email"
          error={error("from")}
        />
      </form>
    </Dialog>
  );
}

export function MailTest() {
  const { t } = useTranslation(["settings", "mail"]);
  const { data } = useMail();
  const [to, setTo] = useState<string | null>(null);
  const address = to ?? data?.from ?? "";
  const test = useMutation({ mutationFn: api.testMail });
  return (
    <SettingRow
      id="mailTest"
      note={t("items.mailTest.note")}
      below={
        <>
          <form
            className="mail-test"
            onSubmit={(event) => {
              event.preventDefault();
              if (address.trim()) test.mutate(address.trim());
            }}
          >
            <TextField
              label={t("mail:test.to")}
              value={address}
              onChange={(typed) => {
                setTo(typed);
                test.reset();
              }}
              inputMode="email"
            />
            <Button type="submit" isDisabled={!data?.host || !address.trim() || test.isPending}>
              {t("mail:test.action")}
            </Button>
          </form>
          {test.isPending && <p role="status">{t("mail:test.sending")}</p>}
          {test.isSuccess && <Notice>{t("mail:test.sent", { to: visible(test.variables) })}</Notice>}
          {test.error && (
            <Notice severity="problem" title={t("mail:test.failed")}>
              {visible(closeSentence(test.error))}
            </Notice>
          )}
        </>
      }
    />
  );
}

const TONES: Record<MailItem["state"], BadgeTone> = { queued: "plain", sent: "good", failed: "problem" };
const ORDER = { failed: 0, queued: 1, sent: 2 } as const;

export function MailQueue() {
  const { t } = useTranslation(["settings", "mail"]);
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: QUEUE,
    queryFn: api.mailQueue,
    refetchInterval: ASK_MS,
  });
  const run = async (asked: Promise<unknown>, told: string) => {
    try {
      await asked;
      tell({ text: told });
    } catch (refused) {
      tellRefused(refused);
    }
    void queries.invalidateQueries({ queryKey: QUEUE });
  };
  const letters = [...(data ?? [])].sort(
    (a, b) => ORDER[a.state] - ORDER[b.state] || b.createdAt - a.createdAt,
  );
  return (
    <SettingRow
      id="mailQueue"
      note={t("items.mailQueue.note")}
      below={
        <>
          {error && <Notice severity="problem">{sentence(error)}</Notice>}
          {isPending && <Waiting />}
          {data?.length === 0 && <p className="quiet">{t("mail:queue.empty")}</p>}
          {letters.length > 0 && (
            <ul className="user-list" aria-label={t("mail:queue.list")}>
              {letters.map((letter) => (
                <Letter key={letter.id} letter={letter} run={run} />
              ))}
            </ul>
          )}
        </>
      }
    >
      <IconButton icon={RotateCw} label={t("mail:queue.refresh")} onPress={() => void refetch()} />
    </SettingRow>
  );
}

function Letter(props: { letter: MailItem; run: (asked: Promise<unknown>, told: string) => Promise<void> }) {
  const { letter, run } = props;
  const { t } = useTranslation("mail");
  const now = useNow(60_000);
  const { id, subject, state, attempts, nextTryAt, lastError, createdAt } = letter;
  const to = visible(letter.to);
  const notes = [
    to,
    moment(createdAt, now),
    ...(state !== "sent" && attempts > 0 ? [t("queue.attempts", { count: attempts })] : []),
    ...(nextTryAt !== null && state === "queued" ? [t("queue.next", { time: clockTime(nextTryAt) })] : []),
  ];
  return (
    <li className="user-line">
      <div className="row-words">
        <bdi>{visible(subject)}</bdi> <Badge tone={TONES[state]}>{t(`queue.states.${state}`)}</Badge>
        <div className="row-note">{notes.join(" · ")}</div>
        {lastError && state !== "sent" && (
          <div className="row-note">{t("queue.said", { reason: visible(lastError) })}</div>
        )}
      </div>
      {state !== "sent" && (
        <Button
          size="small"
          aria-label={`${t("queue.retry")}: ${to}`}
          onPress={() => void run(api.retryMail(id), t("queue.told.retried", { to }))}
        >
          {t("queue.retry")}
        </Button>
      )}
      <IconButton
        icon={Trash2}
        label={t("queue.remove", { to })}
        onPress={() => void run(api.removeMail(id), t("queue.told.removed", { to }))}
      />
    </li>
  );
}
