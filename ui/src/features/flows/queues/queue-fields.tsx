// What is set of a queue besides its name: in its form, and at a step with a queue of its own.
import { ChevronDown, ChevronRight } from "lucide-react";
import { useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LeadsTo, Queue } from "../../../bindings/api";
import { Button, Checkbox, NumberField, Select, TextField } from "../../../design";
import { Refused } from "../../../live/api";
import { RefusedBy } from "../../../shell/form-dialog";
import { useSounds } from "../../audio/sounds";
import { LeadsToField } from "../../hours/leads-to-field";
import { HoursFields } from "../groups/hours-fields";
import { RecordsField } from "../groups/records-field";
import { unsaidKeys } from "../inspector/prompts";
import { AgentsField } from "./agents-field";
import { SecondsField } from "./seconds-field";
import { type QueueSettings, STRATEGIES, USUAL } from "./settings";
import "./queues.css";

type Fields<Shown> = {
  queue: Shown;
  onChange: (change: Partial<Queue>) => void;
  /** What is wrong with one of them, by its name in the queue. */
  error: (field: string) => string | undefined;
};

/** Whoever only wants a queue needs none of these. */
const MORE = [
  "music",
  "saysPlace",
  "saysWait",
  "saysEvery",
  "alsoSays",
  "maxWaiting",
  "maxWait",
  "maxEstimate",
  "waitsForAgents",
  "hours",
  "exit",
  "prefix",
  "wrapUp",
  "records",
] as const satisfies readonly (keyof Queue)[];
const WRONG_IN_MORE = [...MORE, "hours.schedule", "hours.whenClosed"];

export function QueueFields(
  props: Fields<Queue | QueueSettings> & {
    /** Itself, as a goal. */
    itself?: LeadsTo | undefined;
  },
) {
  const { queue, onChange, error, itself } = props;
  const { t } = useTranslation("flows");
  const form = "otherwise" in queue ? queue : null;
  // What was set once is seen; whatever is refused is, too.
  const [more, setMore] = useState(() => isUnusual(queue));
  if (!more && WRONG_IN_MORE.some(error)) setMore(true);
  const More = more ? ChevronDown : ChevronRight;
  return (
    <>
      <AgentsField
        agents={queue.agents}
        tierAfter={queue.tierAfter}
        onChange={onChange}
        errors={{ agents: error("agents"), tierAfter: error("tierAfter") }}
      />
      <div className="group-pair">
        <Select
          label={t("queues.strategy")}
          options={STRATEGIES.map((id) => ({ id, label: t(`queues.strategies.${id}`) }))}
          value={queue.strategy}
          onChange={(strategy) => onChange({ strategy })}
        />
        <SecondsField
          label={t(queue.strategy === "all" ? "queues.ringFor" : "queues.ringForEach")}
          range={[5, 120]}
          value={queue.ringFor}
          onChange={(ringFor) => onChange({ ringFor })}
          error={error("ringFor")}
        />
      </div>
      {form && (
        <LeadsToField
          label={t("queues.otherwise")}
          value={form.otherwise}
          onChange={(otherwise) => onChange({ otherwise })}
          error={error("otherwise")}
          except={itself}
        />
      )}
      <div>
        <Button tone="quiet" icon={More} aria-expanded={more} onPress={() => setMore(!more)}>
          {/* A step has more settings of its own. */}
          {t(form ? "queues.more" : "queues.moreOfStep")}
        </Button>
      </div>
      {more && (
        <>
          <Hears queue={queue} onChange={onChange} error={error} />
          {form && <Exit queue={form} onChange={onChange} error={error} itself={itself} />}
          <Limits queue={queue} onChange={onChange} error={error} />
          {form && (
            <Part title={t("queues.hours")}>
              <HoursFields
                label={t("queues.takesCalls")}
                hours={form.hours}
                onChange={(hours) => onChange({ hours })}
                usual={form.otherwise}
                errors={{
                  schedule: error("hours.schedule"),
                  whenClosed: error("hours.whenClosed"),
                }}
                itself={itself}
              />
            </Part>
          )}
          <Answering queue={queue} onChange={onChange} error={error} />
        </>
      )}
    </>
  );
}

function isUnusual(queue: Partial<Queue>): boolean {
  return MORE.some((field) => queue[field] !== undefined && queue[field] !== USUAL[field]);
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <fieldset className="queue-part">
      <legend>{title}</legend>
      <div>{children}</div>
    </fieldset>
  );
}

function Hears({ queue, onChange, error }: Fields<Queue | QueueSettings>) {
  const { t } = useTranslation("flows");
  const { saysPlace, saysWait, saysEvery } = queue;
  return (
    <Part title={t("queues.hears")}>
      <MusicField queue={queue} onChange={onChange} error={error} />
      <Checkbox isSelected={saysPlace} onChange={(on) => onChange({ saysPlace: on })}>
        {t("queues.saysPlace")}
      </Checkbox>
      <Checkbox isSelected={saysWait} onChange={(on) => onChange({ saysWait: on })}>
        {t("queues.saysWait")}
      </Checkbox>
      {/* That all are busy is said in any case. */}
      <Checkbox
        isSelected={saysEvery > 0}
        onChange={(on) => onChange({ saysEvery: on ? USUAL.saysEvery : 0 })}
      >
        {t("queues.saysAgain")}
      </Checkbox>
      {saysEvery > 0 && (
        <SecondsField
          label={t("queues.saysEvery")}
          range={[15, 600]}
          value={saysEvery}
          onChange={(seconds) => onChange({ saysEvery: seconds })}
          error={error("saysEvery")}
        />
      )}
      {"alsoSays" in queue && (
        <TextField
          label={t("queues.alsoSays")}
          description={t("queues.alsoSaysNote")}
          placeholder={t("queues.alsoSaysPlaceholder", { key: queue.exit?.key ?? "1" })}
          lines={2}
          value={queue.alsoSays}
          // A voice knows no lines.
          onChange={(text) => onChange({ alsoSays: text.replaceAll(/\s*\n\s*/g, " ") })}
          error={error("alsoSays")}
          maxLength={300}
        />
      )}
    </Part>
  );
}

const OFFICE = "office";

function MusicField({ queue: { music }, onChange, error }: Fields<QueueSettings>) {
  const { t } = useTranslation("flows");
  const { sounds, data } = useSounds();
  const offered = sounds.filter(({ id, kind }) => kind === "music" || id === music);
  const isOffered = music === null || offered.some(({ id }) => id === music);
  return (
    <Select
      label={t("queues.music")}
      options={[
        { id: OFFICE, label: t("queues.officeMusic") },
        ...offered.map(({ id, title }) => ({ id: String(id), label: title })),
        // Nobody knows yet whether it is gone while the sounds are being asked for.
        ...(isOffered ? [] : [{ id: String(music), label: data ? t("queues.goneMusic") : "…" }]),
      ]}
      value={music === null ? OFFICE : String(music)}
      onChange={(id) => onChange({ music: id === OFFICE ? null : Number(id) })}
      error={error("music")}
    />
  );
}

/** A bound for what callers are expected to wait, once somebody wants one. */
const ESTIMATE = 600;

function Limits({ queue, onChange, error }: Fields<Queue | QueueSettings>) {
  const { t } = useTranslation("flows");
  const { maxWaiting, maxEstimate, waitsForAgents } = queue;
  return (
    <Part title={t("queues.limits")}>
      <div className="group-pair">
        <NumberField
          label={t("queues.maxWaiting")}
          description={t("queues.maxWaitingNote")}
          minValue={1}
          maxValue={100}
          value={maxWaiting}
          onChange={(most) => Number.isFinite(most) && onChange({ maxWaiting: most })}
          error={error("maxWaiting")}
        />
        {"maxWait" in queue && (
          <SecondsField
            label={t("queues.maxWait")}
            range={[10, 7200]}
            value={queue.maxWait}
            onChange={(maxWait) => onChange({ maxWait })}
            error={error("maxWait")}
          />
        )}
      </div>
      <Checkbox
        description={t("queues.hasEstimateNote")}
        isSelected={maxEstimate > 0}
        onChange={(on) => onChange({ maxEstimate: on ? ESTIMATE : 0 })}
      >
        {t("queues.hasEstimate")}
      </Checkbox>
      {maxEstimate > 0 && (
        <SecondsField
          label={t("queues.maxEstimate")}
          range={[60, 7200]}
          value={maxEstimate}
          onChange={(seconds) => onChange({ maxEstimate: seconds })}
          error={error("maxEstimate")}
        />
      )}
      <Checkbox
        description={t("queues.waitsForAgentsNote")}
        isSelected={waitsForAgents}
        onChange={(on) => onChange({ waitsForAgents: on })}
      >
        {t("queues.waitsForAgents")}
      </Checkbox>
    </Part>
  );
}

const KEYS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"];

function Exit(props: Fields<Queue> & { itself: LeadsTo | undefined }) {
  const { queue, onChange, error, itself } = props;
  const { t } = useTranslation("flows");
  const refusal = useContext(RefusedBy);
  const { exit } = queue;
  // Key and goal are one field to the engine.
  const isOfKey = refusal instanceof Refused && refusal.code === "queueExitKey";
  return (
    <Part title={t("queues.exit")}>
      <Checkbox
        description={t("queues.hasExitNote")}
        isSelected={exit !== null}
        onChange={(on) => onChange({ exit: on ? { key: "0", leadsTo: queue.otherwise } : null })}
      >
        {t("queues.hasExit")}
      </Checkbox>
      {exit && (
        <div className="group-pair">
          <Select
            label={t("queues.exitKey")}
            options={KEYS.map((id) => ({ id, label: id }))}
            value={exit.key}
            onChange={(key) => onChange({ exit: { ...exit, key } })}
            error={isOfKey ? error("exit") : undefined}
          />
          <LeadsToField
            label={t("queues.exitGoal")}
            value={exit.leadsTo}
            onChange={(leadsTo) => onChange({ exit: { ...exit, leadsTo } })}
            error={isOfKey ? undefined : error("exit")}
            except={itself}
          />
        </div>
      )}
      {exit && <KeyUnsaid text={queue.alsoSays} digit={exit.key} />}
    </Part>
  );
}

/** Callers know of a key only from what is said besides. */
function KeyUnsaid({ text, digit }: { text: string; digit: string }) {
  const { t } = useTranslation("flows");
  if (text.trim() === "") return <p className="quiet">{t("queues.keyUnsaid")}</p>;
  const isSaid = unsaidKeys([{ source: "tts", text }], [digit]).length === 0;
  return isSaid ? null : <p className="quiet">{t("prompts.missing", { digit })}</p>;
}

function Answering({ queue, onChange, error }: Fields<QueueSettings>) {
  const { t } = useTranslation("flows");
  return (
    <Part title={t("queues.answering")}>
      <div className="group-pair">
        <SecondsField
          label={t("queues.wrapUp")}
          note={t("queues.wrapUpNote")}
          range={[0, 600]}
          value={queue.wrapUp}
          onChange={(wrapUp) => onChange({ wrapUp })}
          error={error("wrapUp")}
        />
        <TextField
          label={t("groups.prefix")}
          description={t("groups.prefixNote")}
          value={queue.prefix}
          onChange={(prefix) => onChange({ prefix })}
          error={error("prefix")}
          maxLength={40}
        />
      </div>
      <RecordsField records={queue.records} onChange={(records) => onChange({ records })} />
    </Part>
  );
}
