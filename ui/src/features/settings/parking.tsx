// Where calls are parked, and when they come back.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ParkingSettings } from "../../bindings/api";
import { Notice, NumberField, Switch } from "../../design";
import { api } from "../../live/api";
import { useLive } from "../../live/store";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { sentence } from "../../text/refusal";
import { useChosen } from "./draft";
import { SettingRow } from "./setting-row";

const KEY = ["parking"] as const;

type Rules = Omit<ParkingSettings, "revision" | "anywhere">;

export function ParkingOn() {
  const { t } = useTranslation("settings");
  const { parking, put, error } = useParking();
  const turn = (on: boolean) =>
    perform({
      name: t(on ? "items.parkingOn.on" : "items.parkingOn.off"),
      do: () => put({ on }),
      undo: () => put({ on: !on }),
    }).catch(tellRefused);
  return (
    <SettingRow
      id="parkingOn"
      note={t("items.parkingOn.note", {
        first: parking?.first ?? 70,
        last: (parking?.first ?? 70) + (parking?.slots ?? 10) - 1,
        anywhere: parking?.anywhere ?? "",
      })}
      below={error && <Notice severity="problem">{sentence(error)}</Notice>}
    >
      <Switch
        aria-label={t("items.parkingOn.title")}
        isSelected={parking?.on ?? false}
        isDisabled={!parking}
        onChange={(on) => void turn(on)}
      >
        {null}
      </Switch>
    </SettingRow>
  );
}

export const ParkingFirst = () => <Amount id="parkingFirst" field="first" least={1} most={99_999_999} />;
export const ParkingSlots = () => <Amount id="parkingSlots" field="slots" least={1} most={100} />;
export const ParkingBack = () => <Amount id="parkingBack" field="backSeconds" least={15} most={3600} />;

function Amount(props: {
  id: "parkingFirst" | "parkingSlots" | "parkingBack";
  field: "first" | "slots" | "backSeconds";
  least: number;
  most: number;
}) {
  const { id, field, least, most } = props;
  const { t } = useTranslation("settings");
  const { parking, put } = useParking();
  const saved = parking?.[field] ?? least;
  const draft = useChosen(saved, field, async (value) => {
    await perform({
      name: t(`items.${id}.changed`, { value }),
      do: () => put({ [field]: value }),
      undo: () => put({ [field]: saved }),
    });
  });
  return (
    <SettingRow id={id} note={t(`items.${id}.note`)}>
      <NumberField
        label={t(`items.${id}.title`)}
        {...(id === "parkingFirst"
          ? { formatOptions: { useGrouping: false } }
          : { unit: t(`items.${id}.unit`) })}
        minValue={least}
        maxValue={most}
        value={draft.value}
        onChange={(value) => Number.isFinite(value) && draft.change(value)}
        error={draft.error}
      />
    </SettingRow>
  );
}

function useParking() {
  const queries = useQueryClient();
  const { data, error } = useQuery({ queryKey: KEY, queryFn: api.parking });
  const put = async (change: Partial<Rules>) => {
    const now = queries.getQueryData<ParkingSettings>(KEY) ?? data;
    if (!now) return;
    const { on, first, slots, backSeconds } = { ...now, ...change };
    try {
      // Another setting of the office may have been saved since.
      const revision = Math.max(now.revision, useLive.getState().office?.revision ?? 0);
      queries.setQueryData(KEY, await api.editParking(revision, { on, first, slots, backSeconds }));
    } catch (refused) {
      void queries.invalidateQueries({ queryKey: KEY });
      throw refused;
    }
  };
  return { parking: data, put, error };
}
