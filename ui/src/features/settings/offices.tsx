// Further offices of this phone system: added, changed, turned on and off, opened, removed.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ExternalLink, Pencil, PhoneForwarded, Plus, Power, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FurtherOfficeView } from "../../bindings/api";
import {
  AlertDialog,
  Badge,
  Button,
  ColourField,
  ComboBox,
  IconButton,
  Notice,
  Select,
  TextField,
} from "../../design";
import { api } from "../../live/api";
import { useOffice } from "../../live/select";
import { mayAct, useSession } from "../../live/session";
import { tell, tellRefused } from "../../live/toasts";
import { FormDialog } from "../../shell/form-dialog";
import { locale } from "../../text";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { KeptDialog } from "./kept-dialog";
import { offices } from "./offices-api";
import { SettingRow } from "./setting-row";

const KEY = ["offices"] as const;
/** How many phones and calls each has is looked at again after so many milliseconds. */
const LOOK_AGAIN = 10_000;

export function Offices() {
  const { t } = useTranslation(["offices", "settings"]);
  const owns = useSession((now) => now.state === "signedIn" && mayAct(now.session.role, "owner"));
  const { data, error } = useQuery({ queryKey: KEY, queryFn: offices.list, refetchInterval: LOOK_AGAIN });
  const [edited, setEdited] = useState<FurtherOfficeView | "new" | null>(null);
  return (
    <SettingRow
      id="offices"
      note={t("settings:items.offices.note")}
      below={
        <>
          {error && <Notice severity="info">{sentence(error)}</Notice>}
          {data?.length === 0 && <p className="quiet">{t("none")}</p>}
          {data && data.length > 0 && (
            <ul className="user-list" aria-label={t("list")}>
              {data.map((office) => (
                <OfficeLine
                  key={office.id}
                  office={office}
                  all={data}
                  owns={owns}
                  onEdit={() => setEdited(office)}
                />
              ))}
            </ul>
          )}
          {edited && (
            <OfficeDialog
              office={edited === "new" ? null : edited}
              all={data ?? []}
              onClose={() => setEdited(null)}
            />
          )}
        </>
      }
    >
      {owns && data && (
        <Button icon={Plus} onPress={() => setEdited("new")}>
          {t("add")}
        </Button>
      )}
    </SettingRow>
  );
}

function OfficeLine(props: {
  office: FurtherOfficeView;
  all: readonly FurtherOfficeView[];
  owns: boolean;
  onEdit: () => void;
}) {
  const { office, all, owns, onEdit } = props;
  const { t } = useTranslation("offices");
  const queries = useQueryClient();
  const [asked, setAsked] = useState<"off" | "remove" | null>(null);
  const [joins, setJoins] = useState(false);
  const [busy, setBusy] = useState(false);
  const name = visible(office.name);
  const parent = all.find(({ id }) => id === office.parent);
  const act = async (work: () => Promise<unknown>, told: string) => {
    setBusy(true);
    try {
      await work();
      tell({ text: told });
    } catch (error) {
      tellRefused(error);
    }
    await queries.invalidateQueries({ queryKey: KEY });
    setBusy(false);
    setAsked(null);
  };
  const turn = (enabled: boolean) => {
    const { id, version, domains, accent } = office;
    const edit = { name: office.name, domains, parent: office.parent, accent, enabled };
    return act(() => offices.edit(id, version, edit), t(enabled ? "told.on" : "told.off", { name }));
  };
  const open = async () => {
    try {
      const { url } = await offices.link(office.id);
      window.open(url, "_blank", "noopener");
    } catch (error) {
      tellRefused(error);
    }
  };
  const isOn = office.state === "running";
  return (
    <li className="user-line">
      <div className="row-words">
        {office.accent && (
          <span className="office-accent" aria-hidden="true" style={{ background: office.accent }} />
        )}
        <bdi>{name}</bdi>{" "}
        <Badge tone={isOn ? "good" : office.state === "failed" ? "problem" : "plain"}>
          {t(`state.${office.state}`)}
        </Badge>
        <div className="row-note">
          <bdi>{office.domains.join(", ")}</bdi>
          {isOn && ` · ${t("phones", { count: office.phones })} · ${t("calls", { count: office.calls })}`}
          {parent && ` · ${t("partOf", { name: visible(parent.name) })}`}
        </div>
        {office.joined && (
          <div className="row-note">
            {t("joined", { prefix: office.joined.prefix })}
            {office.joined.prefixThere && ` ${t("joinedThere", { prefix: office.joined.prefixThere })}`}
          </div>
        )}
        {office.trouble && <div className="row-note">{office.trouble}</div>}
      </div>
      {owns && (
        <>
          {isOn && <IconButton icon={ExternalLink} label={t("open", { name })} onPress={() => void open()} />}
          <IconButton
            icon={Power}
            label={t(isOn ? "turnOff" : "turnOn", { name })}
            isDisabled={busy}
            onPress={() => (isOn ? setAsked("off") : void turn(true))}
          />
          {isOn && (
            <IconButton icon={PhoneForwarded} label={t("join", { name })} onPress={() => setJoins(true)} />
          )}
          <IconButton icon={Pencil} label={t("edit", { name })} onPress={onEdit} />
          <IconButton
            icon={Trash2}
            label={t("remove", { name })}
            isDisabled={office.enabled}
            onPress={() => setAsked("remove")}
          />
        </>
      )}
      {joins && <JoinDialog office={office} onClose={() => setJoins(false)} />}
      {asked && (
        <AlertDialog
          title={t(asked === "off" ? "offTitle" : "removeTitle", { name })}
          isOpen
          onClose={() => setAsked(null)}
          action={t(asked === "off" ? "turnOff" : "remove", { name })}
          onAction={() =>
            void (asked === "off"
              ? turn(false)
              : act(() => offices.remove(office.id, office.version), t("told.removed", { name })))
          }
          isBusy={busy}
          danger
        >
          {asked === "off" ? t("offBody") : t("removeBody", { folder: office.folder })}
        </AlertDialog>
      )}
    </li>
  );
}

/** Dark enough for a light window and light enough for a dark one. */
const COLOURS = [
  ["#2f9e5b", "green"],
  ["#1497a5", "teal"],
  ["#3b82d6", "blue"],
  ["#8b6be0", "violet"],
  ["#cf4f97", "pink"],
  ["#d9534a", "red"],
  ["#d0811f", "orange"],
  ["#7a828e", "grey"],
] as const;

/** What is dialled in each of the two to reach the other; empty in both, they are strangers. */
function JoinDialog({ office, onClose }: { office: FurtherOfficeView; onClose: () => void }) {
  const { t } = useTranslation(["offices", "common"]);
  const queries = useQueryClient();
  const [prefix, setPrefix] = useState(office.joined?.prefix ?? "8");
  const [prefixThere, setPrefixThere] = useState(office.joined?.prefixThere ?? "8");
  const name = visible(office.name);
  const parts = prefix.trim() === "" && prefixThere.trim() === "";
  return (
    <FormDialog
      title={t("join", { name })}
      submit={t("common:save")}
      isReady={parts || (prefix.trim() !== "" && prefixThere.trim() !== "")}
      save={async () => {
        const said = { prefix: prefix.trim(), prefixThere: prefixThere.trim() };
        await (parts ? offices.part(office.id) : offices.join(office.id, said)).finally(() =>
          queries.invalidateQueries({ queryKey: KEY }),
        );
        tell({ text: t(parts ? "told.parted" : "told.joined", { name }) });
      }}
      onClose={onClose}
    >
      <TextField
        label={t("prefix")}
        description={t("prefixNote", { name, example: `${prefix.trim() || "8"}101` })}
        value={prefix}
        onChange={setPrefix}
        inputMode="tel"
        autoFocus
      />
      <TextField
        label={t("prefixThere", { name })}
        description={t("joinNote")}
        value={prefixThere}
        onChange={setPrefixThere}
        inputMode="tel"
      />
    </FormDialog>
  );
}

function OfficeDialog(props: {
  office: FurtherOfficeView | null;
  all: readonly FurtherOfficeView[];
  onClose: () => void;
}) {
  const { office, all, onClose } = props;
  const { t } = useTranslation("offices");
  const queries = useQueryClient();
  const first = useOffice();
  const setup = useQuery({ queryKey: ["setup"], queryFn: api.setup, enabled: office === null });
  const [name, setName] = useState(office?.name ?? "");
  const [domains, setDomains] = useState(office?.domains.join(", ") ?? "");
  const [accent, setAccent] = useState(office?.accent ?? "");
  const [parent, setParent] = useState(office?.parent ? String(office.parent) : "none");
  const [language, setLanguage] = useState<string | null>(null);
  const [timeZone, setTimeZone] = useState<string | null>(null);
  const listed = domains.split(",").flatMap((domain) => domain.trim() || []);
  const others = all.filter(({ id }) => id !== office?.id);
  const names = new Intl.DisplayNames([locale()], { type: "language" });
  const own = office?.accent;
  const colours = [
    { id: "", label: t("colours.none") },
    ...COLOURS.map(([id, colour]) => ({ id, label: t(`colours.${colour}`) })),
    // One that was set elsewhere stays.
    ...(own && COLOURS.every(([id]) => id !== own) ? [{ id: own, label: own }] : []),
  ];
  return (
    <KeptDialog
      title={office ? t("edit", { name: visible(office.name) }) : t("add")}
      name={name.trim()}
      isNew={office === null}
      isReady={name.trim() !== "" && listed.length > 0}
      save={async () => {
        const said = { name: name.trim(), domains: listed };
        const colour = accent || null;
        const above = parent === "none" ? null : Number(parent);
        await (office
          ? offices.edit(office.id, office.version, {
              ...said,
              accent: colour,
              parent: above,
              enabled: office.enabled,
            })
          : offices.add({
              ...said,
              ...(colour === null ? {} : { accent: colour }),
              ...(above === null ? {} : { parent: above }),
              ...(language === null ? {} : { language }),
              ...(timeZone === null ? {} : { timeZone }),
            })
        ).finally(() => queries.invalidateQueries({ queryKey: KEY }));
      }}
      onClose={onClose}
    >
      <TextField label={t("name")} value={name} onChange={setName} maxLength={80} autoFocus isRequired />
      <TextField
        label={t("domains")}
        description={t("domainsNote")}
        value={domains}
        onChange={setDomains}
        isRequired
      />
      <ColourField
        label={t("accent")}
        description={t("accentNote")}
        options={colours}
        value={accent}
        onChange={setAccent}
      />
      {others.length > 0 && (
        <Select
          label={t("parent")}
          options={[
            { id: "none", label: t("noParent") },
            ...others.map((other) => ({ id: String(other.id), label: visible(other.name) })),
          ]}
          value={parent}
          onChange={setParent}
        />
      )}
      {office === null && setup.data && (
        <>
          <Select
            label={t("language")}
            options={setup.data.languages.map((id) => ({ id, label: names.of(id) ?? id }))}
            value={language ?? first?.language ?? null}
            onChange={setLanguage}
          />
          <ComboBox
            label={t("timeZone")}
            options={setup.data.timeZones.map((id) => ({ id, label: id.replaceAll("_", " ") }))}
            value={timeZone ?? first?.timeZone ?? null}
            onChange={setTimeZone}
          />
        </>
      )}
    </KeptDialog>
  );
}
