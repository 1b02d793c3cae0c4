// The phones that were there and are gone, the latest first.
import { Smartphone } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { AttentionView, DeviceView, PersonView } from "../../bindings/api";
import { Button, RowItem, Rows, Section } from "../../design";
import { useNow } from "../../live/clock";
import { useAllAttention, useDevices, usePeople } from "../../live/select";
import { moment } from "../../text/format";
import { visible } from "../calls/said";

const MOST = 8;

export function LostPhones() {
  const { t } = useTranslation("health");
  const [, navigate] = useLocation();
  const devices = useDevices();
  const people = usePeople();
  const attention = useAllAttention();
  const lost = useMemo(
    () =>
      [...devices.values()]
        .filter((device) => device.online === null && device.lastSeen !== null)
        .sort((a, b) => (b.lastSeen ?? 0) - (a.lastSeen ?? 0)),
    [devices],
  );
  if (lost.length === 0) return null;
  const more = lost.length - MOST;
  return (
    <Section title={t("phones.title")} lead={t("phones.lead")}>
      <Rows label={t("phones.title")}>
        {lost.slice(0, MOST).map((device) => (
          <LostPhone
            key={device.id}
            device={device}
            person={people.get(device.person)}
            reason={reasonOf(device, attention)}
          />
        ))}
        {more > 0 && (
          <RowItem title={<span className="quiet">{t("phones.more", { count: more })}</span>}>
            <Button size="small" onPress={() => navigate("/people")}>
              {t("phones.all")}
            </Button>
          </RowItem>
        )}
      </Rows>
    </Section>
  );
}

function LostPhone(props: { device: DeviceView; person: PersonView | undefined; reason: Reason | null }) {
  const { device, person, reason } = props;
  const { t } = useTranslation("health");
  const [, navigate] = useLocation();
  const now = useNow(60_000);
  const seen = t("phones.lastSeen", {
    label: visible(device.label),
    time: moment(device.lastSeen ?? 0, now),
  });
  return (
    <RowItem
      start={<Smartphone size={16} strokeWidth={1.75} aria-hidden="true" />}
      title={<bdi>{visible(person?.name ?? device.label)}</bdi>}
      note={reason ? `${seen}. ${t(`phones.reasons.${reason}`)}` : seen}
    >
      {person && (
        <Button size="small" tone="quiet" onPress={() => navigate(`/people/${person.id}`)}>
          {t("phones.show")}
        </Button>
      )}
    </RowItem>
  );
}

const REASONS = ["signedOff", "expired", "connectionClosed", "replaced", "removed"] as const;
type Reason = (typeof REASONS)[number];

function reasonOf(device: DeviceView, attention: ReadonlyMap<string, AttentionView>): Reason | null {
  for (const one of attention.values()) {
    if (one.what === "phoneLost" && one.device === device.id) {
      return REASONS.find((reason) => reason === one.reason) ?? null;
    }
  }
  return null;
}
