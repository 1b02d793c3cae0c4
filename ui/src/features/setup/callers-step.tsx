// Step 6: when the office is open and what callers meet: a template made into a flow and published.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Notice, RadioGroup, TextField, Waiting } from "../../design";
import { api, get } from "../../live/api";
import { useLiveValue } from "../../live/select";
import { fieldError, sentence } from "../../text/refusal";
import { flowsApi, type Template } from "../flows/api";
import { FLOWS } from "../flows/list/deeds";
import type { ScheduleView } from "../hours/api";
import { newDocument } from "../hours/document";
import { lineOf } from "../hours/typed-line";
import { weekOf } from "../hours/week";
import { Step, useWay } from "./step";

export function CallersStep() {
  const { t } = useTranslation("setup");
  const way = useWay();
  const live = useLiveValue(({ flows }) =>
    [...flows.values()].filter((flow) => flow.live !== null).map(({ name }) => name),
  );
  const [first] = live;
  const templates = useQuery({ queryKey: ["flows", "templates"], queryFn: flowsApi.templates });
  if (first !== undefined) {
    return (
      <Step title={t("callers.title")} lead={t("callers.already", { name: first })} onNext={way.next}>
        <p className="quiet">{t("callers.alreadyNote")}</p>
      </Step>
    );
  }
  if (templates.data) return <Choosing templates={templates.data.filter(isWhole)} />;
  return (
    <Step title={t("callers.title")} lead={t("callers.lead")} onNext={() => void templates.refetch()}>
      {templates.error ? <Notice severity="problem">{sentence(templates.error)}</Notice> : <Waiting />}
    </Step>
  );
}

/** What is asked first when there is nothing else to go by. */
const USUAL = "hoursMenu";
const NUMBER = "600";

function Choosing({ templates }: { templates: readonly Template[] }) {
  const { t, i18n } = useTranslation(["setup", "hours"]);
  const way = useWay();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(templates.some(({ id }) => id === USUAL) ? USUAL : templates[0]?.id);
  const [number, setNumber] = useState(NUMBER);
  const [hours, setHours] = useState(() => lineOf(weekOf(newDocument("").weekly), t("hours:typed.break")));
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const template = templates.find(({ id }) => id === chosen);
  const asksHours =
    useLiveValue(({ schedules }) => schedules.size === 0) && template !== undefined && goesByHours(template);

  const make = async () => {
    if (!template) return way.next();
    setBusy(true);
    setRefusal(null);
    try {
      const language = i18n.language === "de" ? "de" : "en";
      // Read first: a line that is not understood leaves nothing half done.
      const read = asksHours ? await api.readHours(hours, language) : null;
      const flow = await flowsApi.add({
        name: template.name,
        number: number.trim() || null,
        template: template.id,
      });
      if (read && flow.schedule !== null) {
        const made = (await get<ScheduleView[]>("/schedules")).find(({ id }) => id === flow.schedule);
        if (made?.document) {
          await api.editSchedule(made.id, made.version, { ...made.document, weekly: read.weekly });
        }
      }
      const { seq } = await flowsApi.draft(flow.id);
      await flowsApi.publish(flow.id, { message: t("callers.message"), seq });
      await queries.invalidateQueries({ queryKey: FLOWS });
      way.next();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };

  const isField = fieldError(refusal, "number") !== undefined || fieldError(refusal, "text") !== undefined;
  return (
    <Step
      title={t("callers.title")}
      lead={t("callers.lead")}
      action={t("callers.make")}
      onNext={() => void make()}
      isBusy={busy}
    >
      {refusal !== null && !isField && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <div className="setup-fields">
        <RadioGroup
          label={t("callers.template")}
          options={templates.map(({ id, name, sentence: description }) => ({ id, label: name, description }))}
          value={chosen ?? null}
          onChange={setChosen}
        />
        {asksHours && (
          <TextField
            label={t("callers.hours")}
            description={t("callers.hoursNote")}
            value={hours}
            onChange={setHours}
            error={fieldError(refusal, "text")}
            autoComplete="off"
            spellCheck="false"
          />
        )}
        <TextField
          label={t("callers.number")}
          description={t("callers.numberNote")}
          value={number}
          onChange={setNumber}
          error={fieldError(refusal, "number")}
          maxLength={8}
        />
      </div>
    </Step>
  );
}

/** Whether the office has everything it leads to; hours come with it. */
function isWhole({ document }: Template): boolean {
  return document.nodes.every(({ data }) => {
    const open = JSON.stringify(data).match(/"\?\w+"/g) ?? [];
    return open.every((one) => one === '"?schedule"');
  });
}

function goesByHours({ document }: Template): boolean {
  return document.nodes.some(({ data }) => data.kind === "timeCondition");
}
