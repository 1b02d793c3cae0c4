// The parking slots on the board: who waits where and for how long; a free one takes the chosen call.
import { CircleParking, PhoneIncoming } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { CallId } from "../../bindings/api";
import { Button, Duration } from "../../design";
import { nameOf } from "../../live/names";
import { useCall, useLiveValue } from "../../live/select";
import { useMay } from "../../live/session";
import { useLive } from "../../live/store";
import { park, takeOver } from "./actions";
import { startDrag } from "./drag";
import "./parking.css";

/** So many free slots are shown; the others are used all the same. */
const FREE_SHOWN = 10;

export function ParkingOnBoard({ current }: { current: CallId | null }) {
  const { t } = useTranslation("board");
  // Staff are not told of calls, so nothing is said of slots being free.
  const mayDirect = useMay("receptionist");
  const parking = useLive((live) => live.office?.parking);
  // Numbers only, so that they are seen to be the same: slots and their calls in turn.
  const taken = useLiveValue((live) => {
    const parked = [...live.calls.values()].flatMap(({ id, parked }) => (parked ? [[parked.slot, id]] : []));
    return parked.sort(([a = 0], [b = 0]) => a - b).flat();
  });
  const takenSlots = taken.filter((_, at) => at % 2 === 0);
  if (!mayDirect || (!parking && taken.length === 0)) return null;
  const slots = parking ? Array.from({ length: parking.slots }, (_, at) => parking.first + at) : [];
  const free = slots.filter((slot) => !takenSlots.includes(slot));
  return (
    <section className="parking" aria-label={t("parking.title")}>
      <h2>{t("parking.title")}</h2>
      {taken.length > 0 && (
        <ul className="parking-taken">
          {takenSlots.map((slot, at) => (
            <TakenSlot key={slot} slot={slot} call={taken[at * 2 + 1] ?? 0} />
          ))}
        </ul>
      )}
      {free.length > 0 && (
        <ul className="parking-free" aria-label={t("parking.free")}>
          {free.slice(0, FREE_SHOWN).map((slot) => (
            <li key={slot}>
              <button
                type="button"
                className="parking-slot number"
                data-drop-slot={slot}
                aria-label={t("parking.parkAt", { slot })}
                onClick={() => void park(current, slot)}
              >
                {slot}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const TakenSlot = memo(function TakenSlot({ slot, call: id }: { slot: number; call: CallId }) {
  const { t } = useTranslation("board");
  const call = useCall(id);
  if (!call?.parked) return null;
  const { who, by, since } = call.parked;
  const name = nameOf(who);
  return (
    <li className="parking-call" onPointerDown={(event) => startDrag(event, { kind: "call", id })}>
      <span className="parking-sign">
        <CircleParking size={14} strokeWidth={1.75} aria-hidden="true" />
        <span className="number">{slot}</span>
      </span>
      <span className="parking-who">
        <bdi className="cut">{name}</bdi>
        {by && <span className="quiet cut">{t("parking.by", { name: nameOf(by) })}</span>}
      </span>
      <Duration since={since} />
      <Button
        size="small"
        icon={PhoneIncoming}
        aria-label={t("parking.getName", { name, slot })}
        onPress={() => void takeOver(id)}
      >
        {t("parking.get")}
      </Button>
    </li>
  );
});
