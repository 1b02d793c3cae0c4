// Waits for a phone with the person who types into it: registered, refused and why, or not heard of yet.
import { CircleCheck, CircleDashed, CircleX } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { AttentionView, DeviceView } from "../../bindings/api";
import { Button } from "../../design";
import { useLiveValue } from "../../live/select";
import type { Live } from "../../live/store";
import { letTryAgain } from "./deeds";
import "./registration-watch.css";

type Refusal = AttentionView & { what: "loginRefused" };

export type Registration =
  | { state: "waiting" }
  /** It was registered before its password was renewed, and still is. */
  | { state: "old" }
  | { state: "refused"; attention: string; reason: Refusal["reason"]; address: string }
  | { state: "registered"; address: string; userAgent: string };

/** Whether a phone has registered since it was `before`. */
export function registrationOf(live: Live, before: DeviceView): Registration {
  const online = live.devices.get(before.id)?.online;
  const same = online && before.online && online.since === before.online.since;
  if (online && !same) {
    return { state: "registered", address: online.address, userAgent: online.userAgent };
  }
  const refusal = [...live.attention.values()].find(
    (one): one is Refusal => one.what === "loginRefused" && one.device === before.id,
  );
  if (refusal) {
    const { id, reason, address } = refusal;
    return { state: "refused", attention: id, reason, address };
  }
  return { state: online ? "old" : "waiting" };
}

export function useRegistration(device: DeviceView): Registration {
  const before = useRef(device);
  if (before.current.id !== device.id) before.current = device;
  return useLiveValue((live) => registrationOf(live, before.current));
}

const SIGNS = { waiting: CircleDashed, old: CircleDashed, refused: CircleX, registered: CircleCheck };

export function RegistrationWatch({ device }: { device: DeviceView }) {
  const { t } = useTranslation("people");
  const now = useRegistration(device);
  const Sign = SIGNS[now.state];
  return (
    <div className="registration" data-state={now.state} role="status" data-testid="registration">
      <Sign size={18} strokeWidth={1.75} aria-hidden="true" />
      <div>
        <p className="registration-title">{t(`registration.${now.state}`)}</p>
        <p className="quiet">{note()}</p>
      </div>
      {now.state === "refused" && (
        <Button size="small" onPress={() => void letTryAgain(now.attention)}>
          {t("refused.letTryAgain")}
        </Button>
      )}
    </div>
  );

  function note(): string {
    switch (now.state) {
      case "registered":
        return t("registration.registeredAs", {
          phone: now.userAgent || t("phone.unknownModel"),
          address: now.address,
        });
      case "refused":
        return t(`refused.${now.reason}`, { address: now.address });
      case "old":
        return t("registration.oldNote");
      case "waiting":
        return t("registration.waitingNote");
    }
  }
}
