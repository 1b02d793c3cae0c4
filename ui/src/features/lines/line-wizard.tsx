// Connecting a line: the provider by search, its access data, and a test.
import { Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Badge, Button, Dialog, Notice, RadioGroup, SearchField, TextField, Waiting } from "../../design";
import { tell } from "../../live/toasts";
import { fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { type LineEdit, type LineView, lines, type Preset } from "./api";
import { RefusalNotice } from "./form-dialog";
import { keep } from "./line-deeds";
import { TestLine } from "./line-test";
import { known } from "./line-words";
import { useProviders } from "./queries";

type Step = { step: "provider" } | { step: "data"; preset: Preset | null } | { step: "test"; line: LineView };

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

function ChooseProvider({ onChoose }: { onChoose: (preset: Preset | null) => void }) {
  const { t } = useTranslation("lines");
  const { data, error } = useProviders();
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const found = (data ?? []).filter(({ name, id }) => `${name} ${id}`.toLowerCase().includes(wanted));
  if (!data && !error) return <Waiting />;
  return (
    <>
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      <SearchField label={t("wizard.find")} value={query} onChange={setQuery} autoFocus />
      <p className="quiet small">{t("wizard.findNote", { count: data?.length ?? 0 })}</p>
      <ul className="provider-list" aria-label={t("wizard.list")}>
        {found.map((preset) => (
          <li key={preset.id}>
            <button type="button" className="provider" onClick={() => onChoose(preset)}>
              <span>
                <bdi>{preset.name}</bdi> {preset.country && <Badge>{preset.country}</Badge>}
              </span>
              <span className="quiet small">{known("lines:wizard.confidence", preset.confidence)}</span>
            </button>
          </li>
        ))}
        <li>
          <button type="button" className="provider" onClick={() => onChoose(null)}>
            <span>{t("wizard.other")}</span>
            <span className="quiet small">{t(found.length ? "wizard.otherNote" : "wizard.nothing")}</span>
          </button>
        </li>
      </ul>
    </>
  );
}

type Answers = Readonly<Record<string, string>>;

function AccessData(props: {
  title: string;
  preset: Preset | null;
  onBack: () => void;
  onAdded: (line: LineView) => void;
  onClose: () => void;
}) {
  const { title, preset, onBack, onAdded, onClose } = props;
  const { t } = useTranslation("lines");
  const [name, setName] = useState(preset?.name ?? "");
  const [answers, setAnswers] = useState<Answers>({});
  const [access, setAccess] = useState<"register" | "address">("register");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const answer = (field: string) => answers[field] ?? "";
  const set = (field: string, value: string) => setAnswers((before) => ({ ...before, [field]: value }));
  const asks = preset?.asks ?? ownAsks(t, access);
  const isReady =
    name.trim() !== "" && asks.every(({ field, needed }) => !needed || answer(field).trim() !== "");
  const fields = ["name", ...asks.map(({ field }) => field)];

  const save = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      const line = preset
        ? await lines.addFromPreset({ preset: preset.id, name: name.trim(), answers })
        : await lines.addLine(plainLine(name.trim(), answers, access));
      onAdded(line);
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      isFirm
      actions={
        <>
          <Button onPress={onBack}>{t("wizard.back")}</Button>
          <Button tone="accent" type="submit" form="line-form" isDisabled={busy || !isReady}>
            {t("wizard.save")}
          </Button>
        </>
      }
    >
      <Steps at="data" />
      {preset && <PresetWords preset={preset} />}
      <form
        id="line-form"
        className="lines-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && isReady) void save();
        }}
      >
        {refusal !== null && !fields.some((field) => fieldError(refusal, field)) && (
          <RefusalNotice refusal={refusal} />
        )}
        <TextField
          label={t("wizard.name")}
          value={name}
          onChange={setName}
          maxLength={80}
          error={fieldError(refusal, "name")}
        />
        {!preset && (
          <RadioGroup
            label={t("wizard.known")}
            options={[
              { id: "register", label: t("wizard.register") },
              { id: "address", label: t("wizard.address") },
            ]}
            value={access}
            onChange={setAccess}
          />
        )}
        {asks.map(({ field, label, hint, secret }, place) => (
          <TextField
            key={field}
            label={label}
            value={answer(field)}
            onChange={(value) => set(field, value)}
            type={secret ? "password" : "text"}
            autoComplete={secret ? "new-password" : "off"}
            autoFocus={place === 0}
            error={fieldError(refusal, field)}
            code
            {...(hint ? { placeholder: hint } : {})}
          />
        ))}
      </form>
    </Dialog>
  );
}

/** How far a preset can be trusted is said before anything is typed. */
function PresetWords({ preset: { confidence, note, url } }: { preset: Preset }) {
  const { t } = useTranslation("lines");
  return (
    <Notice
      severity={confidence === "guess" ? "warning" : "info"}
      title={known("lines:wizard.confidence", confidence)}
    >
      {note && <p>{visible(note)}</p>}
      {url && (
        <p>
          <Search size={12} aria-hidden="true" />{" "}
          <a href={url} target="_blank" rel="noreferrer">
            {t("wizard.help")}
          </a>
        </p>
      )}
    </Notice>
  );
}

type Say = ReturnType<typeof useTranslation<"lines">>["t"];

/** What is asked of a provider nobody has described. */
function ownAsks(t: Say, access: "register" | "address"): Preset["asks"] {
  const ask = (field: string, label: string, hint: string, needed: boolean, secret = false) => ({
    field,
    label,
    hint,
    needed,
    secret,
  });
  return [
    ask("server", t("wizard.server"), "sip.example.com", true),
    ...(access === "register"
      ? [ask("user", t("wizard.user"), "", true), ask("password", t("wizard.password"), "", true, true)]
      : []),
    ask("number", t("wizard.number"), "+49 30 1234567", false),
  ];
}

/** A line with the usual ways of a SIP trunk. */
export function plainLine(name: string, answers: Answers, access: "register" | "address"): LineEdit {
  const { server = "", user = "", password = "", number = "" } = answers;
  const [, host = server.trim(), port] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(server.trim()) ?? [];
  return {
    name,
    enabled: true,
    provider: null,
    server: { host, port: port ? Number(port) : null, transport: "auto" },
    outboundProxy: null,
    access: access === "register" ? { kind: "register", expires: null, bulk: false } : { kind: "address" },
    authUser: access === "register" ? user.trim() : "",
    fromUser: "",
    fromDomain: null,
    contactUser: "",
    ...(password && access === "register" ? { password } : {}),
    realm: null,
    networks: [],
    calledPrefix: "",
    numberFormat: "plusE164",
    prefix: "",
    callerId: "pAssertedIdentity",
    hide: "anonymousFrom",
    userPhone: false,
    mainNumber: number.trim() || null,
    foreignCallerId: false,
    calledIn: "requestUri",
    assertedCaller: true,
    srtp: "off",
    codecs: [],
    dtmf: "events",
    probeSeconds: 60,
    sessionExpires: null,
    channels: 2,
    channelsIn: null,
    channelsOut: null,
    prices: { fixed: 0, mobile: 0, foreign: 0, premium: 0 },
    emergency: true,
  };
}
