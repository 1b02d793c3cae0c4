// What happens in a call, step by step, in words.

import { useEffect, useRef } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLive } from "../../../live/store";
import { list, running } from "../../../text/format";
import { visible } from "../../calls/said";
import type { Heard, Sound, TraceStep } from "../api";
import { fullName, iconOf, outcomeName, outcomesOf } from "../catalogue";
import { phrase } from "../dock/changes";
import { listOf, nodeOf } from "../document";
import { openDocument } from "../draft/store";
import { nameOfRef, useThings } from "../names";
import { say } from "../say";
import { promptText, type Target } from "../summary";

export function StepList(props: {
  steps: readonly TraceStep[];
  hears: readonly Heard[];
  at: number;
  onStep: (at: number) => void;
}) {
  const { steps, hears, at, onStep } = props;
  const { t } = useTranslation("flows");
  const list = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the step that is shown is kept in sight
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView?.({ block: "nearest" });
  }, [at]);
  return (
    <ol ref={list} className="sim-steps" aria-label={t("sim.steps")}>
      {steps.map((step, place) => (
        <li key={step.seq} data-event={step.event} data-later={place >= at || undefined}>
          <AriaButton
            className="sim-step"
            {...(place === at - 1 ? { "aria-current": "step" } : {})}
            onPress={() => onStep(place + 1)}
          >
            <time>{running(step.tMs)}</time>
            <StepWords step={step} hears={hears} />
          </AriaButton>
        </li>
      ))}
    </ol>
  );
}

function StepWords({ step, hears }: { step: TraceStep; hears: readonly Heard[] }) {
  const things = useThings((now) => now.things);
  const node = nodeOf(openDocument(), step.node);
  const Icon = step.event === "enter" && node ? iconOf(node.data.kind) : null;
  return (
    <span className="sim-words">
      {Icon && <Icon size={14} strokeWidth={1.75} aria-hidden="true" />}
      <span>{stepText(step, hears, (sound) => soundText(sound, things))}</span>
    </span>
  );
}

/** A step of a walk as a sentence. */
export function stepText(step: TraceStep, hears: readonly Heard[], textOf: (sound: Sound) => string): string {
  const node = nodeOf(openDocument(), step.node);
  const reason = step.reason
    ? phrase("reason", { id: step.reason.id, params: step.reason.params ?? {} }, step.reason.id)
    : "";
  switch (step.event) {
    case "enter": {
      const name = node ? fullName(node) : say(`canvas.target.${step.node}`, {}, step.node);
      // A mailbox speaks as soon as a caller comes to it; no step of its own tells so.
      if (node?.data.kind !== "voicemail") return name;
      const heard = hears.find(({ atMs }) => atMs === step.tMs);
      const text = (heard?.sounds ?? []).map(textOf).filter(Boolean).join(" ");
      return text ? `${name}: ${say("sim.step.prompt", { text })}` : name;
    }
    case "prompt": {
      const heard = hears.find(({ atMs }) => atMs >= step.tMs);
      const said = (heard?.sounds ?? []).map(textOf).filter(Boolean).join(" ");
      // A past call tells that something was said; what it was stands in the step.
      const text = said || promptText(node?.data.prompts, useThings.getState().things);
      return say("sim.step.prompt", { text });
    }
    case "digit":
      return say("sim.step.digit", { digits: step.digits ?? "" });
    case "outcome": {
      const name = step.outcome ?? "";
      const found = node && outcomesOf(node).find((one) => one.name === name);
      const outcome = outcomeName(found ?? { name }, node);
      return reason ? `${outcome}: ${reason}` : outcome;
    }
    case "var":
      return step.variable === undefined
        ? becauseText(step.reason, reason)
        : say("sim.step.var", { name: step.variable, value: step.value ?? "" });
    case "leg": {
      const who = nameOfRung(step);
      return step.leg
        ? say(`sim.leg.${step.leg}`, { who }, `${who}: ${step.leg}`)
        : say("sim.step.leg", { who });
    }
    default:
      return say("sim.step.fault", { reason });
  }
}

/** Why hours are open or closed; other reasons are sentences already. */
function becauseText(why: TraceStep["reason"], otherwise: string): string {
  if (why?.id !== "openBecause") return otherwise;
  const { because, label } = why.params ?? {};
  const words = say(`sim.because.${because}`, {}, "");
  return label ? `${words}: ${visible(String(label))}` : words;
}

/** Who answered, or else everybody the step rings. */
function nameOfRung({ person, node }: TraceStep): string {
  const { people } = useLive.getState();
  const nameOf = (id: number) => visible(people.get(id)?.name ?? "");
  if (person !== undefined) return nameOf(person) || say("fields.person");
  const targets = listOf<Target>(nodeOf(openDocument(), node)?.data.targets);
  const rung = targets.flatMap(({ type, id }) => (type === "user" ? [nameOf(Number(id))] : []));
  const isWhole = rung.length === targets.length && rung.every(Boolean);
  return rung.length > 0 && isWhole ? list(rung) : say("sim.allRung");
}

export function soundText(sound: Sound, things: ReturnType<typeof useThings.getState>["things"]): string {
  switch (sound.kind) {
    case "uploaded":
      return `“${nameOfRef(things, "sound", String(sound.sound))}”`;
    case "phrase":
      return sound.words;
    case "speech":
      return sound.text;
    case "name":
      return sound.speech.text;
    case "clip":
      return say("sim.heard.clip");
    case "ofMailbox":
      return say(`sim.heard.ofMailbox.${sound.greeting}`);
    case "ownMessage":
      return say("sim.heard.ownMessage");
    case "beep":
      return say("sim.heard.beep");
    default:
      return "";
  }
}
