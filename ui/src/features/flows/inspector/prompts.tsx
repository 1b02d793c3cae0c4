// What is said: texts for a voice, recordings, values and silence, one after the other.
import {
  ChevronDown,
  ChevronUp,
  FileAudio,
  MessageSquareText,
  Mic,
  Music,
  Phone,
  Plus,
  Timer,
  Variable,
  X,
} from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, ComboBox, IconButton, Menu, NumberField, Select, TextField } from "../../../design";
import { api, uploadSound } from "../../../live/api";
import { tellRefused } from "../../../live/toasts";
import { type Source, SourceDialog } from "../../audio/add-sound";
import { ACCEPTED } from "../../audio/files";
import { usePlayer } from "../../audio/player";
import { PlayButton } from "../../audio/player-bar";
import { useSounds, useTakeIn } from "../../audio/sounds";
import { isPlaceholder, type Prompt } from "../document";
import { useDocument } from "../draft/store";
import { nameOfRef, useThings } from "../names";
import { FieldError } from "./field-error";
import type { FieldProps } from "./param-field";
import { withRow } from "./rows";
import { BUILT_IN, variableName } from "./variables";

const LONGEST_TEXT = 2000;
const SILENCE_MS = 1000;

export function PromptsField(props: FieldProps<Prompt[]> & { keys: readonly string[] }) {
  const { label, value, onChange, error, keys } = props;
  const { t } = useTranslation("flows");
  const list = Array.isArray(value) ? value : [];
  const takeIn = useTakeIn();
  const [source, setSource] = useState<Source | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const add = (prompt: Prompt) => onChange([...list, prompt]);
  const addSound = (id: number) => add({ source: "audio", mediaId: String(id) });
  const move = (place: number, by: 1 | -1) => {
    const next = [...list];
    const [moved] = next.splice(place, 1);
    if (moved) next.splice(place + by, 0, moved);
    onChange(next);
  };
  const unsaid = unsaidKeys(list, keys);
  return (
    <fieldset className="rows-field">
      <legend>{label}</legend>
      {list.length === 0 && <p className="quiet">{t("prompts.none")}</p>}
      {list.length === 0 && keys.length > 0 && <p className="quiet">{t("prompts.unsaid")}</p>}
      <ul>
        {list.map((prompt, place) => {
          const name = `${t(`prompts.${wordOf(prompt)}`)} ${list.length > 1 ? place + 1 : ""}`.trim();
          return (
            // Prompts have nothing but their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={place} className="prompt">
              <div className="prompt-head">
                <span className="quiet">{name}</span>
                {list.length > 1 && (
                  <>
                    <IconButton
                      icon={ChevronUp}
                      label={t("fields.up", { name })}
                      isDisabled={place === 0}
                      onPress={() => move(place, -1)}
                    />
                    <IconButton
                      icon={ChevronDown}
                      label={t("fields.down", { name })}
                      isDisabled={place === list.length - 1}
                      onPress={() => move(place, 1)}
                    />
                  </>
                )}
                <IconButton
                  icon={X}
                  label={t("fields.removeItem", { name })}
                  onPress={() => onChange(list.filter((_, at) => at !== place))}
                />
              </div>
              <PromptEditor
                prompt={prompt}
                label={name}
                onChange={(change, isTyping) => onChange(withRow(list, place, change as never), isTyping)}
              />
            </li>
          );
        })}
      </ul>
      {unsaid.map((digit) => (
        <p key={digit} className="prompt-hint">
          {t("prompts.missing", { digit })}
        </p>
      ))}
      <Menu
        label={t("prompts.add", { name: label })}
        trigger={
          <Button size="small" icon={Plus}>
            {t("fields.add")}
          </Button>
        }
        entries={[
          {
            id: "text",
            label: t("prompts.addText"),
            icon: MessageSquareText,
            onAction: () => add({ source: "tts", text: "" }),
          },
          {
            id: "sound",
            label: t("prompts.addSound"),
            icon: Music,
            onAction: () => add({ source: "audio", mediaId: "" }),
          },
          {
            id: "microphone",
            label: t("prompts.addRecord"),
            icon: Mic,
            onAction: () => setSource("microphone"),
          },
          { id: "phone", label: t("prompts.addPhone"), icon: Phone, onAction: () => setSource("phone") },
          { id: "file", label: t("prompts.addFile"), icon: FileAudio, onAction: () => file.current?.click() },
          {
            id: "speak",
            label: t("prompts.addSpeak"),
            icon: MessageSquareText,
            onAction: () => setSource("text"),
          },
          { id: "line", separator: true },
          {
            id: "value",
            label: t("prompts.addValue"),
            icon: Variable,
            onAction: () => add({ source: "value", value: "caller.number", as: "digits" }),
          },
          {
            id: "silence",
            label: t("prompts.addSilence"),
            icon: Timer,
            onAction: () => add({ source: "silence", ms: SILENCE_MS }),
          },
        ]}
      />
      <input
        ref={file}
        type="file"
        hidden
        accept={ACCEPTED.join(",")}
        aria-label={t("prompts.addFile")}
        onChange={({ target }) => {
          const [chosen] = target.files ?? [];
          target.value = "";
          if (!chosen) return;
          const title = chosen.name.replace(/\.[^.]+$/, "").slice(0, 80);
          void uploadSound(chosen, { title, kind: "greeting", from: "upload" }, () => {})
            .then((sound) => {
              takeIn(sound);
              addSound(sound.id);
            })
            .catch(tellRefused);
        }}
      />
      <FieldError error={error} />
      {source && (
        <SourceDialog
          source={source}
          onAdded={(sound) => {
            setSource(null);
            addSound(sound.id);
          }}
          onClose={() => setSource(null)}
        />
      )}
    </fieldset>
  );
}

function wordOf({ source }: Prompt): "text" | "sound" | "silence" | "value" {
  return source === "tts" ? "text" : source === "audio" ? "sound" : source;
}

function PromptEditor(props: {
  prompt: Prompt;
  label: string;
  onChange: (change: Partial<Prompt>, isTyping?: boolean) => void;
}) {
  const { prompt, label, onChange } = props;
  const { t } = useTranslation("flows");
  switch (prompt.source) {
    case "tts":
      return (
        <TextField
          label={label}
          lines={3}
          value={prompt.text}
          onChange={(text) => onChange({ text }, true)}
          maxLength={LONGEST_TEXT}
        />
      );
    case "audio":
      return <SoundChoice id={prompt.mediaId} label={label} onChange={(mediaId) => onChange({ mediaId })} />;
    case "value":
      return <ValueChoice prompt={prompt} onChange={onChange} />;
    case "silence":
      return (
        <NumberField
          label={t("prompts.silenceMs")}
          minValue={50}
          maxValue={10_000}
          step={50}
          value={prompt.ms}
          onChange={(ms) => Number.isFinite(ms) && onChange({ ms })}
        />
      );
  }
}

function SoundChoice(props: { id: string; label: string; onChange: (id: string) => void }) {
  const { id, label, onChange } = props;
  const things = useThings((now) => now.things);
  const { sounds } = useSounds("greeting");
  const sound = sounds.find((one) => String(one.id) === id);
  const player = usePlayer({ src: sound ? api.soundFile(sound.id) : null, seconds: sound?.seconds ?? 0 });
  return (
    <div className="ref-line">
      <ComboBox
        key={`${id} ${sounds.length}`}
        label={label}
        placeholder={isPlaceholder(id) || id === "" ? nameOfRef(things, "sound", id) : ""}
        options={sounds.map((one) => ({ id: String(one.id), label: one.title }))}
        value={sound ? id : null}
        onChange={(next) => next !== id && onChange(next)}
      />
      {sound && <PlayButton player={player} name={sound.title} />}
    </div>
  );
}

function ValueChoice(props: {
  prompt: Extract<Prompt, { source: "value" }>;
  onChange: (change: Partial<Prompt>) => void;
}) {
  const { prompt, onChange } = props;
  const { t } = useTranslation("flows");
  const { variables } = useDocument();
  const names = [...new Set([...BUILT_IN, ...(variables ?? []).map(({ name }) => name), prompt.value])];
  return (
    <div className="inspector-pair">
      <Select
        label={t("prompts.valueOf")}
        options={names.map((id) => ({ id, label: variableName(id) }))}
        value={prompt.value}
        onChange={(next) => onChange({ value: next })}
      />
      <Select
        label={t("prompts.as")}
        options={(["digits", "number", "date", "time", "duration", "text"] as const).map((id) => ({
          id,
          label: t(`prompts.asWhat.${id}`),
        }))}
        value={prompt.as}
        onChange={(next) => onChange({ as: next })}
      />
    </div>
  );
}

const WORDS: Record<string, RegExp> = {
  "0": /\b(zero|null)\b/i,
  "1": /\b(one|eins?)\b/i,
  "2": /\b(two|zwei|zwo)\b/i,
  "3": /\b(three|drei)\b/i,
  "4": /\b(four|vier)\b/i,
  "5": /\b(five|fünf)\b/i,
  "6": /\b(six|sechs)\b/i,
  "7": /\b(seven|sieben)\b/i,
  "8": /\b(eight|acht)\b/i,
  "9": /\b(nine|neun)\b/i,
  "*": /\b(star|asterisk|stern)\b/i,
  "#": /\b(hash|pound|raute)\b/i,
};

/** The keys that texts alone do not speak of. Nothing can be said of recordings. */
export function unsaidKeys(prompts: readonly Prompt[], keys: readonly string[]): string[] {
  const texts = prompts.flatMap((prompt) => (prompt.source === "tts" ? [prompt.text] : []));
  if (texts.length === 0 || texts.length < prompts.filter(({ source }) => source !== "silence").length)
    return [];
  const said = texts.join(" ");
  return keys.filter((key) => !said.includes(key) && !WORDS[key]?.test(said));
}
