// All fields of a line: what everybody needs first, the rest in groups under “Advanced”.
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  LineEdit,
  LineIdentity,
  LineIncoming,
  LineOutgoing,
  LineView,
  RecordingRule,
  SipPlace,
} from "../../bindings/api";
import { Button, RadioGroup, Select } from "../../design";
import { useOffice } from "../../live/select";
import { useSounds } from "../audio/sounds";
import { visible } from "../calls/said";
import { Chips } from "./chips";
import { currencyOf } from "./currency";
import { Amount, Choose, type Form, Lines, MaybeText, Money, Password, Text, Tick } from "./fields";
import { FormDialog } from "./form-dialog";
import { editLine, editOf } from "./line-deeds";
import { PlaceField } from "./place-field";

const CODECS = ["opus", "G722", "PCMA", "PCMU"];
const CODEC_NAMES: Readonly<Record<string, string>> = {
  opus: "Opus",
  G722: "G.722",
  PCMA: "G.711 A-law",
  PCMU: "G.711 µ-law",
};

/** The fields that are always seen; a refusal of another one is told above all. */
const SHOWN = ["name", "server.host", "identity.authUser", "password", "outgoing.mainNumber", "channels.all"];

export function LineDialog({ line, onClose }: { line: LineView; onClose: () => void }) {
  const { t } = useTranslation(["lines", "common"]);
  const [edit, setEdit] = useState<LineEdit>(() => editOf(line));
  const [advanced, setAdvanced] = useState(false);
  const form: Form<LineEdit> = { edit, set: (change) => setEdit((before) => ({ ...before, ...change })) };
  const place: Form<SipPlace> = {
    path: "server.",
    edit: edit.server,
    set: (change) => form.set({ server: { ...edit.server, ...change } }),
  };
  const identity: Form<LineIdentity> = {
    path: "identity.",
    edit: edit.identity,
    set: (change) => form.set({ identity: { ...edit.identity, ...change } }),
  };
  const outgoing: Form<LineOutgoing> = {
    path: "outgoing.",
    edit: edit.outgoing,
    set: (change) => form.set({ outgoing: { ...edit.outgoing, ...change } }),
  };
  const channels: Form<LineEdit["channels"]> = {
    path: "channels.",
    edit: edit.channels,
    set: (change) => form.set({ channels: { ...edit.channels, ...change } }),
  };
  const More = advanced ? ChevronDown : ChevronRight;
  return (
    <FormDialog
      title={t("details.editTitle", { name: visible(line.name) })}
      submit={t("common:save")}
      width="wide"
      fields={SHOWN}
      isReady={edit.name.trim() !== "" && edit.server.host.trim() !== ""}
      save={() => editLine(line, edit)}
      onClose={onClose}
    >
      <Text {...form} of="name" label={t("wizard.name")} />
      <div className="lines-pair">
        <PlaceField
          path="server."
          value={edit.server}
          onChange={(server) => form.set({ server })}
          label={t("wizard.server")}
          description={t("wizard.serverNote")}
        />
        <Text {...identity} of="authUser" label={t("wizard.user")} code />
        <Password {...form} isSet={line.hasPassword} />
        <MaybeText
          {...outgoing}
          of="mainNumber"
          label={t("details.mainNumber")}
          description={t("wizard.numberNote")}
        />
        <Amount {...channels} of="all" label={t("details.channels")} least={1} most={2000} />
      </div>
      <Tick {...form} of="emergency" label={t("details.emergency")} />
      <Button tone="quiet" icon={More} aria-expanded={advanced} onPress={() => setAdvanced(!advanced)}>
        {t("details.advanced")}
      </Button>
      {advanced && (
        <>
          <Way form={form} place={place} />
          <Identity form={form} identity={identity} />
          <CallsOut {...outgoing} />
          <CallsIn {...form} />
          <SoundAndKeys {...form} />
          <WaitAndRecord {...form} />
          <Limits form={form} channels={channels} />
        </>
      )}
    </FormDialog>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <fieldset className="lines-group">
      <legend>{title}</legend>
      <div className="lines-pair">{children}</div>
    </fieldset>
  );
}

function Way({ form, place }: { form: Form<LineEdit>; place: Form<SipPlace> }) {
  const { t } = useTranslation("lines");
  const { edit, set } = form;
  const proxy = edit.outboundProxy;
  const { access } = edit;
  return (
    <Group title={t("details.groups.way")}>
      <RadioGroup
        label={t("wizard.known")}
        options={[
          { id: "register", label: t("wizard.register") },
          { id: "address", label: t("wizard.address") },
        ]}
        value={access.kind}
        onChange={(kind) =>
          set({
            access: kind === "register" ? { kind, expires: null, bulk: false } : { kind: "address" },
          })
        }
      />
      <Choose
        {...place}
        of="transport"
        label={t("details.transport")}
        options={t("details.transports", { returnObjects: true })}
      />
      <PlaceField
        path="outboundProxy."
        value={proxy}
        onChange={(place) => set({ outboundProxy: place.host ? place : null })}
        label={t("details.proxy")}
        description={t("details.proxyNote")}
      />
      {access.kind === "register" && (
        <>
          <Amount
            path="access."
            edit={access}
            set={(change) => set({ access: { ...access, ...change } })}
            of="expires"
            maybe
            least={60}
            most={86_400}
            label={t("details.expires")}
            description={t("details.usual")}
          />
          <Tick
            path="access."
            edit={access}
            set={(change) => set({ access: { ...access, ...change } })}
            of="bulk"
            label={t("details.bulk")}
          />
        </>
      )}
      <Amount
        {...form}
        of="probeSeconds"
        maybe
        least={10}
        most={3600}
        label={t("details.probe")}
        description={t("details.probeNote")}
      />
      <Lines {...form} of="networks" label={t("details.networks")} description={t("details.networksNote")} />
    </Group>
  );
}

function Identity({ form, identity }: { form: Form<LineEdit>; identity: Form<LineIdentity> }) {
  const { t } = useTranslation("lines");
  const usual = t("details.usual");
  return (
    <Group title={t("details.groups.identity")}>
      <Text {...identity} of="fromUser" label={t("details.fromUser")} description={usual} code />
      <MaybeText {...identity} of="fromDomain" label={t("details.fromDomain")} description={usual} code />
      <Text {...identity} of="contactUser" label={t("details.contactUser")} description={usual} code />
      <MaybeText {...form} of="realm" label={t("details.realm")} description={usual} code />
    </Group>
  );
}

function CallsOut(form: Form<LineOutgoing>) {
  const { t } = useTranslation("lines");
  return (
    <Group title={t("details.groups.outgoing")}>
      <Choose
        {...form}
        of="numberFormat"
        label={t("details.numberFormat")}
        options={t("details.numberFormats", { returnObjects: true })}
      />
      <Text {...form} of="prefix" label={t("details.prefix")} code />
      <Choose
        {...form}
        of="callerId"
        label={t("details.callerId")}
        options={t("details.callerIds", { returnObjects: true })}
      />
      <Choose
        {...form}
        of="hide"
        label={t("details.hide")}
        options={t("details.hides", { returnObjects: true })}
      />
      <Tick {...form} of="userPhone" label={t("details.userPhone")} />
      <Tick
        {...form}
        of="foreignCallerId"
        label={t("details.foreignCallerId")}
        description={t("details.foreignCallerIdNote")}
      />
      <Choose
        {...form}
        of="forwardedBy"
        label={t("details.forwardedBy")}
        options={t("details.forwardedBys", { returnObjects: true })}
      />
    </Group>
  );
}

function CallsIn(form: Form<LineEdit>) {
  const { t } = useTranslation("lines");
  const incoming: Form<LineIncoming> = {
    path: "incoming.",
    edit: form.edit.incoming,
    set: (change) => form.set({ incoming: { ...form.edit.incoming, ...change } }),
  };
  return (
    <Group title={t("details.groups.incoming")}>
      <Choose
        {...incoming}
        of="calledIn"
        label={t("details.calledIn")}
        options={t("details.calledIns", { returnObjects: true })}
      />
      <Text {...form} of="calledPrefix" label={t("details.calledPrefix")} code />
      <Tick {...incoming} of="assertedCaller" label={t("details.assertedCaller")} />
    </Group>
  );
}

function WaitAndRecord(form: Form<LineEdit>) {
  const { t } = useTranslation("lines");
  const { sounds } = useSounds("music");
  const { edit, set } = form;
  const options = sounds.map(({ id, title }) => ({ id: String(id), label: visible(title) }));
  const chosen = (edit.music ?? []).map(
    (id) => options.find((one) => one.id === String(id)) ?? { id: String(id), label: `#${id}` },
  );
  return (
    <Group title={t("details.groups.wait")}>
      <Chips
        label={t("details.music")}
        empty={t("details.musicOfHolder")}
        chosen={chosen}
        options={options}
        addLabel={t("details.addMusic")}
        onChange={(ids) => set({ music: ids.map(Number) })}
        ordered
      />
      <Select
        label={t("details.recording")}
        description={t("details.recordingNote")}
        options={RULES.map((id) => ({ id, label: t(`details.recordings.${id}`) }))}
        value={edit.recording ?? "own"}
        onChange={(id) => set({ recording: id === "own" ? null : (id as RecordingRule) })}
      />
    </Group>
  );
}

const RULES = ["own", "never", "onDemand", "always"] as const;

function SoundAndKeys(form: Form<LineEdit>) {
  const { t } = useTranslation("lines");
  const { edit, set } = form;
  const option = (id: string) => ({ id, label: CODEC_NAMES[id] ?? visible(id) });
  return (
    <Group title={t("details.groups.sound")}>
      <Chips
        label={t("details.codecs")}
        empty={t("details.officeCodecs")}
        chosen={edit.codecs.map(option)}
        options={CODECS.map(option)}
        addLabel={t("details.addCodec")}
        onChange={(codecs) => set({ codecs })}
        ordered
      />
      <Choose
        {...form}
        of="srtp"
        label={t("details.srtp")}
        options={t("details.srtps", { returnObjects: true })}
      />
      <Choose
        {...form}
        of="dtmf"
        label={t("details.dtmf")}
        options={t("details.dtmfs", { returnObjects: true })}
      />
      <Amount
        {...form}
        of="sessionExpires"
        maybe
        least={90}
        most={86_400}
        label={t("details.sessionExpires")}
        description={t("details.usual")}
      />
    </Group>
  );
}

const PRICES = ["fixed", "mobile", "foreign", "premium"] as const;

function Limits({ form, channels }: { form: Form<LineEdit>; channels: Form<LineEdit["channels"]> }) {
  const { t } = useTranslation("lines");
  const currency = currencyOf(useOffice()?.country);
  const { edit, set } = form;
  return (
    <Group title={t("details.groups.limits")}>
      <Amount
        {...channels}
        of="incoming"
        maybe
        most={2000}
        label={t("details.channelsIn")}
        description={t("details.noLimit")}
      />
      <Amount
        {...channels}
        of="outgoing"
        maybe
        most={2000}
        label={t("details.channelsOut")}
        description={t("details.noLimit")}
      />
      {PRICES.map((of) => (
        <Money
          key={of}
          edit={edit.prices}
          set={(change) => set({ prices: { ...edit.prices, ...change } })}
          of={of}
          currency={currency}
          label={`${t("details.prices")}: ${t(`details.price.${of}`)}`}
        />
      ))}
    </Group>
  );
}
