// Step 4: the first phone. Says exactly what to type into it, and waits for it to register.
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceView, DeviceWithLogin, PersonView } from "../../bindings/api";
import { Button, Notice, PresenceMark, RowItem, Rows, Select, TextField } from "../../design";
import { useDevices, usePeople } from "../../live/select";
import { sentence } from "../../text/refusal";
import { addPhone } from "../phones/deeds";
import { LoginCard, phoneName } from "../phones/login-card";
import { NewPassword } from "../phones/new-password";
import { useRegistration } from "../phones/registration-watch";
import { Step, useWay } from "./step";

export function PhoneStep() {
  const { t } = useTranslation("setup");
  const way = useWay();
  const people = [...usePeople().values()];
  const devices = [...useDevices().values()];
  const [made, setMade] = useState<DeviceWithLogin | null>(null);
  const [another, setAnother] = useState(false);

  if (people.length === 0) {
    return (
      <Step
        title={t("phone.title")}
        lead={t("phone.nobody")}
        action={t("phone.toPeople")}
        onNext={() => way.back?.()}
      />
    );
  }
  if (made) {
    return (
      <Connecting
        made={made}
        owner={people.find(({ id }) => id === made.device.person)}
        onAnother={() => {
          setMade(null);
          setAnother(true);
        }}
      />
    );
  }
  if (devices.length > 0 && !another) {
    return <Known devices={devices} people={people} onAnother={() => setAnother(true)} />;
  }
  return <Choosing people={people} devices={devices} onMade={setMade} />;
}

function Choosing({
  people,
  devices,
  onMade,
}: {
  people: PersonView[];
  devices: DeviceView[];
  onMade: (made: DeviceWithLogin) => void;
}) {
  const { t } = useTranslation("setup");
  const without = people.find(({ id }) => devices.every(({ person }) => person !== id));
  const [person, setPerson] = useState(String((without ?? people[0])?.id ?? ""));
  const [label, setLabel] = useState(() => t("phone.defaultLabel"));
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const add = async () => {
    setBusy(true);
    try {
      onMade(await addPhone({ person: Number(person), label: label.trim() }));
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };

  return (
    <Step
      title={devices.length > 0 ? t("phone.secondTitle") : t("phone.title")}
      lead={t("phone.lead")}
      action={t("phone.show")}
      onNext={() => void add()}
      isBusy={busy}
      startsInField
    >
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <div className="setup-fields">
        <Select
          label={t("phone.whose")}
          options={people.map(({ id, name, extension }) => ({
            id: String(id),
            label: extension ? `${name} · ${extension}` : name,
          }))}
          value={person}
          onChange={setPerson}
        />
        <TextField label={t("phone.label")} value={label} onChange={setLabel} maxLength={80} />
      </div>
    </Step>
  );
}

function Connecting({
  made,
  owner,
  onAnother,
}: {
  made: DeviceWithLogin;
  owner: PersonView | undefined;
  onAnother: () => void;
}) {
  const { t } = useTranslation("setup");
  const way = useWay();
  const { state } = useRegistration(made.device);
  return (
    <Step
      title={t("phone.typeTitle", { label: phoneName(made.device), name: owner?.name ?? "" })}
      lead={t("phone.typeLead")}
      onNext={way.next}
      action={state === "registered" ? t("phone.toCall") : undefined}
      canSkip={false}
    >
      <LoginCard made={made} label={phoneName(made.device)} />
      {state === "registered" && (
        <p>
          <Button icon={Plus} onPress={onAnother} data-testid="setup-another">
            {t("phone.another")}
          </Button>
        </p>
      )}
    </Step>
  );
}

function Known({
  devices,
  people,
  onAnother,
}: {
  devices: DeviceView[];
  people: PersonView[];
  onAnother: () => void;
}) {
  const { t } = useTranslation("setup");
  const way = useWay();
  const [renewing, setRenewing] = useState<DeviceView | null>(null);
  const online = devices.filter((device) => device.online).length;
  return (
    <Step
      title={t("phone.knownTitle")}
      lead={online > 0 ? t("phone.knownLead") : t("phone.knownOffline")}
      onNext={way.next}
      canSkip={false}
    >
      <Rows label={t("phone.knownTitle")}>
        {devices.map((device) => (
          <RowItem
            key={device.id}
            start={<PresenceMark presence={device.online ? "free" : "offline"} />}
            title={t("phone.of", {
              label: phoneName(device),
              name: people.find(({ id }) => id === device.person)?.name ?? "",
            })}
            note={
              device.online ? t("phone.isOnline", { address: device.online.address }) : t("phone.isOffline")
            }
          >
            {!device.online && (
              <Button size="small" onPress={() => setRenewing(device)}>
                {t("phone.showAgain")}
              </Button>
            )}
          </RowItem>
        ))}
      </Rows>
      <p>
        <Button icon={Plus} onPress={onAnother} data-testid="setup-another">
          {t("phone.another")}
        </Button>
      </p>
      {renewing && <NewPassword device={renewing} onClose={() => setRenewing(null)} />}
    </Step>
  );
}
