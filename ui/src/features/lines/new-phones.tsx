// Phones that are new for their login: each may call abroad once somebody has said that it is the office's.
import { useTranslation } from "react-i18next";
import type { NewPhone } from "../../bindings/api";
import { Button, Notice, Section } from "../../design";
import { usePeople } from "../../live/select";
import { engineNow } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import { moment } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { KEYS, useNewPhones, useRefresh } from "./queries";

export function NewPhones() {
  const { t } = useTranslation("outside");
  const { data, error } = useNewPhones();
  return (
    <Section title={t("devices.title")} lead={t("devices.lead")}>
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {data?.length === 0 && <p className="quiet">{t("devices.none")}</p>}
      {data && data.length > 0 && (
        <ul className="plain-rows" aria-label={t("devices.title")}>
          {data.map((phone) => (
            <Phone key={`${phone.device} ${phone.agent} ${phone.network}`} phone={phone} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Phone({ phone: { device, person, agent, network, since } }: { phone: NewPhone }) {
  const { t } = useTranslation("outside");
  const refresh = useRefresh();
  const name = visible(usePeople().get(person)?.name ?? t("rules.gone"));
  const allow = () =>
    void lines
      .clearPhone(device)
      .then(() => tell({ text: t("devices.allowed", { name }) }))
      .then(() => refresh(KEYS.newPhones))
      .catch(tellRefused);
  return (
    <li>
      <span>
        {t("devices.waits", {
          name,
          agent: visible(agent) || t("devices.somePhone"),
          network: visible(network),
          time: moment(since, engineNow()),
        })}
      </span>
      <Button size="small" aria-label={t("devices.allowOf", { name })} onPress={allow}>
        {t("devices.allow")}
      </Button>
    </li>
  );
}
