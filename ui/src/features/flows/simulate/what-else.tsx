// What else is so in a tried call: modes and hours set by hand, what the caller dials as a PIN, and what
// other programs reply. Only what the flow asks about is offered.
import { useTranslation } from "react-i18next";
import { NumberField, Select, TextField } from "../../../design";
import { useLiveValue } from "../../../live/select";
import type { HoursByHand, HttpReply, Pins } from "../api";
import { useDocument } from "../draft/store";
import { nameOfRef, useThings } from "../names";
import { setCall, useSimulation } from "./store";

const AS_IT_IS = "";
const HOURS = ["open", "closed", "holiday"] as const;
const PINS = ["right", "rightAfter", "wrong", "locked"] as const;
const REPLIES = ["replies", "timesOut", "fails"] as const;
const OK = 200;

export function WhatElse() {
  const { t } = useTranslation("flows");
  const { nodes } = useDocument();
  const kinds = new Set(nodes.map(({ data }) => data.kind));
  const modes = referred(nodes, "modeSwitch", "mode");
  const hours = referred(nodes, "timeCondition", "schedule");
  const asksPin = kinds.has("pin");
  const asksOthers = kinds.has("httpRequest");
  if (modes.length + hours.length === 0 && !asksPin && !asksOthers) return null;
  return (
    <details className="inspector-more sim-staff">
      <summary>{t("sim.else.title")}</summary>
      {hours.map((schedule) => (
        <Hours key={schedule} schedule={schedule} />
      ))}
      {modes.map((mode) => (
        <Mode key={mode} mode={mode} />
      ))}
      {asksPin && <PinsDialled />}
      {asksOthers && <Reply />}
    </details>
  );
}

function Hours({ schedule }: { schedule: number }) {
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const hours = useSimulation(({ call }) => call.hours) ?? [];
  const rest = hours.filter((set) => set.schedule !== schedule);
  const now = hours.find((set) => set.schedule === schedule)?.state ?? AS_IT_IS;
  return (
    <Select
      label={nameOfRef(things, "schedule", String(schedule))}
      options={[
        { id: AS_IT_IS, label: t("sim.else.hours.asDrawn") },
        ...HOURS.map((id) => ({ id, label: t(`sim.else.hours.${id}`) })),
      ]}
      value={now}
      onChange={(state: HoursByHand | "") =>
        setCall({ hours: state === AS_IT_IS ? rest : [...rest, { schedule, state }] })
      }
    />
  );
}

function Mode({ mode }: { mode: number }) {
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const states = useLiveValue((live) => live.modes.get(mode)?.states);
  const modes = useSimulation(({ call }) => call.modes) ?? [];
  const rest = modes.filter((set) => set.mode !== mode);
  return (
    <Select
      label={nameOfRef(things, "mode", String(mode))}
      options={[
        { id: AS_IT_IS, label: t("sim.else.modeNow") },
        ...(states ?? []).map(({ id, name }) => ({ id, label: name })),
      ]}
      value={modes.find((set) => set.mode === mode)?.state ?? AS_IT_IS}
      onChange={(state: string) => setCall({ modes: state === AS_IT_IS ? rest : [...rest, { mode, state }] })}
    />
  );
}

function PinsDialled() {
  const { t } = useTranslation("flows");
  const pins = useSimulation(({ call }) => call.pins) ?? "right";
  const after = typeof pins === "object" ? pins.rightAfter : null;
  const choose = (what: (typeof PINS)[number]) =>
    setCall({ pins: what === "rightAfter" ? { rightAfter: 1 } : (what as Pins) });
  return (
    <>
      <Select
        label={t("sim.else.pin.title")}
        options={PINS.map((id) => ({ id, label: t(`sim.else.pin.${id}`) }))}
        value={typeof pins === "object" ? "rightAfter" : pins}
        onChange={choose}
      />
      {after !== null && (
        <NumberField
          label={t("sim.else.pin.wrongFirst")}
          minValue={1}
          maxValue={20}
          value={after}
          onChange={(rightAfter) => Number.isFinite(rightAfter) && setCall({ pins: { rightAfter } })}
        />
      )}
    </>
  );
}

function Reply() {
  const { t } = useTranslation("flows");
  const http: HttpReply = useSimulation(({ call }) => call.http) ?? { replies: { status: OK } };
  const replies = typeof http === "object" ? http.replies : null;
  const set = (change: { status?: number; body?: unknown }) =>
    setCall({ http: { replies: { status: OK, ...replies, ...change } } });
  return (
    <>
      <Select
        label={t("sim.else.http.title")}
        options={REPLIES.map((id) => ({ id, label: t(`sim.else.http.${id}`) }))}
        value={typeof http === "object" ? "replies" : http}
        onChange={(what: (typeof REPLIES)[number]) =>
          what === "replies" ? set({}) : setCall({ http: what })
        }
      />
      {replies && (
        <>
          <NumberField
            label={t("sim.else.http.status")}
            minValue={100}
            maxValue={599}
            formatOptions={{ useGrouping: false }}
            value={replies.status}
            onChange={(status) => Number.isFinite(status) && set({ status })}
          />
          <TextField
            label={t("sim.else.http.body")}
            description={t("sim.else.http.bodyNote")}
            value={written(replies.body)}
            onChange={(text) => set({ body: read(text) })}
            maxLength={4000}
          />
        </>
      )}
    </>
  );
}

/** What a program replies is JSON, or else a text. */
function read(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function written(body: unknown): string {
  if (body === undefined || body === null) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}

/** What steps of a kind refer to, each once. */
function referred(
  nodes: readonly { data: Record<string, unknown> }[],
  kind: string,
  field: string,
): number[] {
  const ids = nodes.filter(({ data }) => data.kind === kind).map(({ data }) => String(data[field] ?? ""));
  return [...new Set(ids)].filter((id) => /^\d+$/.test(id)).map(Number);
}
