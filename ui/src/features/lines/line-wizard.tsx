// Connecting a line: the provider by search, its access data, and a test.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { LineView, PresetView } from "../../bindings/api";
import { Badge, Button, Dialog, Notice, SearchField, TextField, Waiting } from "../../design";
import { tell } from "../../live/toasts";
import { useFieldError } from "../../shell/form-dialog";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { FormDialog } from "./form-dialog";
import { keep } from "./line-deeds";
import { TestLine } from "./line-test";
import { known } from "./line-words";
import { useProviders } from "./queries";
import { SpendCap } from "./spend-cap";

type Step = { step: "provider" } | { step: "data"; preset: PresetView } | { step: "test"; line: LineView };

export function LineWizard({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("lines");
  const [now, setNow] = useState<Step>({ step: "provider" });
  const title = now.step === "test" ? t("test.title", { name: visible(now.line.name) }) : t("wizard.title");
  if (now.step === "provider") {
    return (
      <Dialog title={title} isOpen onClose={onClose}>
        <Steps at="provider" />
        <ChooseProvider onChoose={(preset) => setNow({ step: "data", preset })} />
      </Dialog>
    );
  }
  if (now.step === "data") {
    return (
      <AccessData
        title={title}
        preset={now.preset}
        onBack={() => setNow({ step: "provider" })}
        onAdded={(line) => {
          keep(line);
          tell({ text: t("list.told.added", { name: visible(line.name) }) });
          setNow({ step: "test", line });
        }}
        onClose={onClose}
      />
    );
  }
  return <Tested title={title} line={now.line} onClose={onClose} />;
}

function Tested({ title, line, onClose }: { title: string; line: LineView; onClose: () => void }) {
  const { t } = useTranslation("lines");
  const [, navigate] = useLocation();
  const leave = () => {
    onClose();
    navigate(`/lines/lines/${line.id}`);
  };
  return (
    <Dialog
      title={title}
      isOpen
      onClose={leave}
      actions={
        <Button tone="accent" onPress={leave}>
          {t("wizard.done")}
        </Button>
      }
    >
      <Steps at="test" />
      <TestLine line={line.id} begins />
      <SpendCap line={line.id} />
    </Dialog>
  );
}

const STEPS = ["provider", "data", "test"] as const;

function Steps({ at }: { at: (typeof STEPS)[number] }) {
  const { t } = useTranslation("lines");
  return (
    <ol className="wizard-steps">
      {STEPS.map((step, place) => (
        <li key={step} aria-current={step === at ? "step" : undefined}>
          {place + 1}. {t(`wizard.steps.${step}`)}
        </li>
      ))}
    </ol>
  );
}

function ChooseProvider({ onChoose }: { onChoose: (preset: PresetView) => void }) {
  const { t } = useTranslation("lines");
  const { data, error } = useProviders();
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const all = data ?? [];
  const described = all.filter(({ id }) => !isOther(id));
  const found = described.filter(({ name, id }) => `${name} ${id}`.toLowerCase().includes(wanted));
  if (!data && !error) return <Waiting />;
  return (
    <>
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      <SearchField label={t("wizard.find")} value={query} onChange={setQuery} autoFocus />
      <p className="quiet small">
        {found.length > 0 ? t("wizard.findNote", { count: described.length }) : t("wizard.nothing")}
      </p>
      <ul className="provider-list" aria-label={t("wizard.list")}>
        {[...found, ...all.filter(({ id }) => isOther(id))].map((preset) => (
          <li key={preset.id}>
            <button type="button" className="provider" onClick={() => onChoose(preset)}>
              <span>
                <bdi>{isOther(preset.id) ? otherName(t, preset) : preset.name}</bdi>{" "}
                {preset.countries.map((country) => (
                  <Badge key={country}>{country}</Badge>
                ))}
              </span>
              <span className="quiet small">
                {isOther(preset.id) ? t("wizard.otherNote") : confidenceWords(preset.confidence)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

type Answers = Readonly<Record<string, string>>;

function AccessData(props: {
  title: string;
  preset: PresetView;
  onBack: () => void;
  onAdded: (line: LineView) => void;
  onClose: () => void;
}) {
  const { title, preset, onBack, onAdded, onClose } = props;
  const { t } = useTranslation("lines");
  const [name, setName] = useState(isOther(preset.id) ? "" : preset.name);
  const [answers, setAnswers] = useState<Answers>({});
  const answer = (field: string) => answers[field] ?? "";
  const set = (field: string, value: string) => setAnswers((before) => ({ ...before, [field]: value }));
  const { asks } = preset;
  const isReady =
    name.trim() !== "" && asks.every(({ field, optional }) => optional || answer(field).trim() !== "");
  // What may stay empty and does is not said.
  const given = Object.fromEntries(Object.entries(answers).filter(([, value]) => value.trim() !== ""));
  const fields = ["name", ...asks.map(({ field }) => `answers.${field}`)];

  return (
    <FormDialog
      title={title}
      isFirm
      submit={t("wizard.save")}
      isReady={isReady}
      fields={fields}
      cancel={<Button onPress={onBack}>{t("wizard.back")}</Button>}
      save={async () => {
        onAdded(await lines.addFromPreset({ preset: preset.id, name: name.trim(), answers: given }));
      }}
      onClose={onClose}
      // The test comes next, in a dialog of its own.
      onSaved={() => {}}
    >
      <Steps at="data" />
      <PresetWords preset={preset} />
      <Asked name="name">
        {(error) => (
          <TextField label={t("wizard.name")} value={name} onChange={setName} maxLength={80} error={error} />
        )}
      </Asked>
      {asks.map(({ field, name: label, example, optional, secret }, place) => (
        <Asked key={field} name={`answers.${field}`}>
          {(error) => (
            <TextField
              label={asksWords(t, preset, field, label)}
              value={answer(field)}
              onChange={(value) => set(field, value)}
              type={secret ? "password" : "text"}
              autoComplete={secret ? "new-password" : "off"}
              autoFocus={place === 0}
              error={error}
              code
              {...(example ? { placeholder: example } : {})}
              {...(optional ? { description: t("wizard.optional") } : {})}
            />
          )}
        </Asked>
      ))}
    </FormDialog>
  );
}

/** A field, with what the engine says against it. */
function Asked(props: { name: string; children: (error: string | undefined) => React.ReactNode }) {
  return props.children(useFieldError()(props.name));
}

/** How far a preset can be trusted is said before anything is typed. */
function PresetWords({ preset }: { preset: PresetView }) {
  const { t, i18n } = useTranslation("lines");
  const { id, confidence, source, website, notes, oneRegistrationOnly } = preset;
  const said = notes[i18n.language] ?? notes.en ?? [];
  return (
    <Notice
      severity={confidence === "assumed" ? "warning" : "info"}
      {...(isOther(id) ? {} : { title: confidenceWords(confidence) })}
    >
      {!isOther(id) && source && <p className="quiet small">{visible(source)}</p>}
      {said.map((note) => (
        <p key={note}>{visible(note)}</p>
      ))}
      {oneRegistrationOnly && <p>{t("wizard.oneRegistration")}</p>}
      {website && (
        <p>
          <a href={website} target="_blank" rel="noreferrer">
            {t("wizard.help")}
          </a>
        </p>
      )}
    </Notice>
  );
}

type Say = ReturnType<typeof useTranslation<"lines">>["t"];

/** Presets for a provider nobody has described yet. */
function isOther(id: string): boolean {
  return /^other(-|$)/.test(id);
}

function otherName(t: Say, { id, name }: PresetView): string {
  if (id === "other") return t("wizard.other.register");
  if (id === "other-address") return t("wizard.other.address");
  return id === "other-bulk" ? t("wizard.other.bulk") : name;
}

const OWN_ASKS = [
  "server",
  "outboundProxy",
  "authUser",
  "password",
  "fromDomain",
  "mainNumber",
  "prefix",
] as const;

/** What the provider calls it; what we call it where nobody has described the provider. */
function asksWords(t: Say, { id }: PresetView, field: string, name: string): string {
  const own = isOther(id) ? OWN_ASKS.find((one) => one === field) : undefined;
  return own ? t(`wizard.ask.${own}`) : visible(name);
}

function confidenceWords(confidence: string): string {
  return known("lines:wizard.confidence", confidence);
}
