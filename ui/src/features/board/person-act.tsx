// The one thing that is most likely meant for a person: to call them, or to hand them the current call.
import { Phone, PhoneForwarded } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CallId, PersonView } from "../../bindings/api";
import { IconButton } from "../../design";
import { useCall } from "../../live/select";
import { useOwnPerson } from "../../live/session";
import { callPerson, handedOver, handOver, handOverWords } from "./actions";

export function PersonAct({ person, call: id }: { person: PersonView; call: CallId | null }) {
  const { t } = useTranslation("board");
  const call = useCall(id ?? -1);
  const own = useOwnPerson();
  const { name } = person;
  if (call) {
    return (
      <IconButton
        icon={PhoneForwarded}
        label={t(handOverWords(call), { caller: handedOver(call), name })}
        keys="Enter"
        excludeFromTabOrder
        onPress={() => void handOver(call.id, person)}
      />
    );
  }
  if (person.id === own) return null;
  return (
    <IconButton
      icon={Phone}
      label={t("act.callName", { name })}
      keys="Enter"
      excludeFromTabOrder
      isDisabled={person.extension === null}
      onPress={() => void callPerson(person)}
    />
  );
}
