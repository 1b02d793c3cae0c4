// Other telephone systems, and who may sign in from where.
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DomainAccess, DomainAccessView, PeerEdit, PeerView } from "../../bindings/api";
import { Badge, Button, IconButton, Notice, Section, Waiting } from "../../design";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { list } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { Amount, Choose, type Form, Lines, Password, Text, Tick } from "./fields";
import { FormDialog } from "./form-dialog";
import { placeWords } from "./line-details";
import { PlaceField } from "./place-field";
import { KEYS, useDomains, usePeers, useRefresh } from "./queries";

export function Peers() {
  const { t } = useTranslation("lines");
  const { data, error } = usePeers();
  const refresh = useRefresh();
  const [edited, setEdited] = useState<PeerView | "new" | null>(null);
  const remove = ({ id, name }: PeerView) => {
    const then = () => refresh(KEYS.peers);
    void perform({
      name: t("peers.told.removed", { name: visible(name) }),
      do: () => lines.removePeer(id).then(then),
      undo: () => lines.restorePeer(id).then(then),
    }).catch(tellRefused);
  };
  return (
    <div className="lines-text">
      <Section
        title={t("peers.label")}
        lead={t("peers.lead")}
        aside={
          <Button size="small" icon={Plus} onPress={() => setEdited("new")}>
            {t("peers.add")}
          </Button>
        }
      >
        {error && <Notice severity="problem">{sentence(error)}</Notice>}
        {!data && !error && <Waiting />}
        {data?.length === 0 && <p className="quiet">{t("peers.none")}</p>}
        {data && data.length > 0 && (
          <ul className="plain-rows" aria-label={t("peers.label")}>
            {data.map((peer) => (
              <PeerLine
                key={peer.id}
                peer={peer}
                onEdit={() => setEdited(peer)}
                onRemove={() => remove(peer)}
              />
            ))}
          </ul>
        )}
      </Section>
      <Domains />
      {edited && <PeerDialog peer={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </div>
  );
}

function PeerLine({ peer, onEdit, onRemove }: { peer: PeerView; onEdit: () => void; onRemove: () => void }) {
  const { t } = useTranslation("lines");
  const name = visible(peer.name);
  return (
    <li>
      <span>
        <bdi className="strong">{name}</bdi> {!peer.enabled && <Badge>{t("state.off")}</Badge>}
        <span className="row-note">
          {t("peers.facts", {
            place: peer.place ? placeWords(peer.place) : t("peers.noPlace"),
            prefixes: peer.prefixes.map(visible).join(", ") || t("peers.noPrefix"),
            count: peer.channels,
          })}
        </span>
      </span>
      <span className="rule-acts">
        <IconButton icon={Pencil} label={t("peers.edit", { name })} onPress={onEdit} />
        <IconButton icon={Trash2} label={t("peers.remove", { name })} onPress={onRemove} />
      </span>
    </li>
  );
}

const NEW_PEER: PeerEdit = {
  name: "",
  enabled: true,
  place: null,
  networks: [],
  user: "",
  prefixes: [],
  stripPrefix: false,
  mayCallOutside: false,
  channels: 4,
  srtp: "off",
};

function PeerDialog({ peer, onClose }: { peer: PeerView | null; onClose: () => void }) {
  const { t } = useTranslation(["lines", "common"]);
  const refresh = useRefresh();
  const [edit, setEdit] = useState<PeerEdit>(() => (peer ? editOf(peer) : NEW_PEER));
  const form: Form<PeerEdit> = { edit, set: (change) => setEdit((before) => ({ ...before, ...change })) };
  const save = async () => {
    const name = visible(edit.name);
    let { id, revision } = peer ?? { id: -1, revision: 0 };
    const write = async (to: PeerEdit) => {
      ({ revision } = await lines.editPeer(id, revision, to));
      await refresh(KEYS.peers);
    };
    if (peer) {
      const before = editOf(peer);
      await perform({
        name: t("peers.told.changed", { name }),
        do: () => write(edit),
        undo: () => write(before),
      });
      return;
    }
    await perform({
      name: t("peers.told.added", { name }),
      do: async () => {
        id = (id < 0 ? await lines.addPeer(edit) : await lines.restorePeer(id)).id;
        await refresh(KEYS.peers);
      },
      undo: () => lines.removePeer(id).then(() => refresh(KEYS.peers)),
    });
  };
  return (
    <FormDialog
      title={peer ? t("peers.edit", { name: visible(peer.name) }) : t("peers.add")}
      submit={t(peer ? "common:save" : "common:add")}
      isReady={edit.name.trim() !== ""}
      fields={["name", "place.host", "networks", "user", "password", "prefixes", "channels"]}
      save={save}
      onClose={onClose}
    >
      <Text {...form} of="name" label={t("peers.name")} />
      <Tick {...form} of="enabled" label={t("peers.enabled")} />
      <div className="lines-pair">
        <PlaceField
          path="place."
          value={edit.place}
          onChange={(place) => form.set({ place: place.host ? place : null })}
          label={t("peers.place")}
          description={t("peers.placeNote")}
        />
        <Amount {...form} of="channels" least={1} most={2000} label={t("peers.channels")} />
        <Text {...form} of="user" label={t("peers.user")} description={t("peers.userNote")} code />
        <Password {...form} isSet={peer?.hasPassword ?? false} />
        <Choose
          {...form}
          of="srtp"
          label={t("details.srtp")}
          options={t("details.srtps", { returnObjects: true })}
        />
      </div>
      <Lines
        {...form}
        of="networks"
        label={t("peers.networks")}
        description={t("peers.networksNote")}
        rows={2}
      />
      <Lines
        {...form}
        of="prefixes"
        label={t("peers.prefixes")}
        description={t("peers.prefixesNote")}
        rows={1}
      />
      <Tick {...form} of="stripPrefix" label={t("peers.strip")} />
      <Tick {...form} of="mayCallOutside" label={t("peers.mayOut")} description={t("peers.mayOutNote")} />
    </FormDialog>
  );
}

function editOf({ id, revision, hasPassword, ...edit }: PeerView): PeerEdit {
  return edit;
}

/** From where people may sign in under each domain. */
function Domains() {
  const { t } = useTranslation("lines");
  const { data } = useDomains();
  const change = useChangeDomains();
  const [edited, setEdited] = useState<{ place: number; rule: DomainAccess } | null>(null);
  if (!data) return null;
  const { domains } = data;
  const words = ({ allow, deny }: DomainAccess) =>
    [
      ...(allow.length ? [t("peers.domains.onlyFrom", { networks: list(allow.map(visible)) })] : []),
      ...(deny.length ? [t("peers.domains.neverFrom", { networks: list(deny.map(visible)) })] : []),
    ].join(" · ");
  return (
    <Section
      title={t("peers.domains.title")}
      lead={t("peers.domains.lead")}
      aside={
        <Button
          size="small"
          icon={Plus}
          onPress={() => setEdited({ place: domains.length, rule: { domain: "", allow: [], deny: [] } })}
        >
          {t("peers.domains.add")}
        </Button>
      }
    >
      {domains.length === 0 && <p className="quiet">{t("peers.domains.none")}</p>}
      <ul className="plain-rows" aria-label={t("peers.domains.title")}>
        {domains.map((rule, place) => {
          const domain = visible(rule.domain);
          return (
            <li key={rule.domain}>
              <span>
                <bdi className="strong">{domain}</bdi> <span className="quiet">{words(rule)}</span>
              </span>
              <span className="rule-acts">
                <IconButton
                  icon={Pencil}
                  label={t("peers.domains.edit", { domain })}
                  onPress={() => setEdited({ place, rule })}
                />
                <IconButton
                  icon={Trash2}
                  label={t("peers.domains.remove", { domain })}
                  onPress={() =>
                    void change(
                      data,
                      domains.filter((one) => one !== rule),
                    ).catch(tellRefused)
                  }
                />
              </span>
            </li>
          );
        })}
      </ul>
      {edited && (
        <DomainDialog
          rule={edited.rule}
          save={(rule) => {
            const next = [...domains];
            next[edited.place] = rule;
            return change(data, next);
          }}
          onClose={() => setEdited(null)}
        />
      )}
    </Section>
  );
}

function DomainDialog(props: {
  rule: DomainAccess;
  save: (rule: DomainAccess) => Promise<unknown>;
  onClose: () => void;
}) {
  const { rule, save, onClose } = props;
  const { t } = useTranslation(["lines", "common"]);
  const [edit, setEdit] = useState(rule);
  const form: Form<DomainAccess> = { edit, set: (change) => setEdit((before) => ({ ...before, ...change })) };
  const note = t("details.networksNote");
  return (
    <FormDialog
      title={rule.domain ? t("peers.domains.edit", { domain: visible(rule.domain) }) : t("peers.domains.add")}
      submit={t("common:save")}
      isReady={edit.domain.trim() !== ""}
      fields={["domain", "allow", "deny"]}
      save={() => save({ ...edit, domain: edit.domain.trim() })}
      onClose={onClose}
    >
      <Text {...form} of="domain" label={t("peers.domains.domain")} code />
      <Lines {...form} of="allow" label={t("peers.domains.allow")} description={note} />
      <Lines {...form} of="deny" label={t("peers.domains.deny")} description={note} />
    </FormDialog>
  );
}

function useChangeDomains(): (before: DomainAccessView, domains: readonly DomainAccess[]) => Promise<void> {
  const { t } = useTranslation("lines");
  const refresh = useRefresh();
  return async (before, domains) => {
    let { revision } = before;
    const write = async (next: readonly DomainAccess[]) => {
      try {
        ({ revision } = await lines.editDomainAccess(revision, next));
      } finally {
        await refresh(KEYS.domains);
      }
    };
    await perform({
      name: t("peers.domains.told"),
      do: () => write(domains),
      undo: () => write(before.domains),
    });
  };
}
