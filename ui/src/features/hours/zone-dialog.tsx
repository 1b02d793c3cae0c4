// In which time zone the hours are meant.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, ComboBox, Dialog, RadioGroup } from "../../design";
import { api } from "../../live/api";
import { useOffice } from "../../live/select";
import { zoneWords } from "./when";

export function ZoneDialog(props: {
  zone: string | null;
  onSave: (zone: string | null) => void;
  onClose: () => void;
}) {
  const { onSave, onClose } = props;
  const { t } = useTranslation(["hours", "common"]);
  const office = useOffice();
  const [zone, setZone] = useState(props.zone);
  const [isOwn, setOwn] = useState(props.zone !== null);
  const { data } = useQuery({ queryKey: ["setup"], queryFn: api.setup, staleTime: Number.POSITIVE_INFINITY });
  const options = (data?.timeZones ?? []).map((id) => ({ id, label: zoneWords(id) }));
  return (
    <Dialog
      title={t("zone.title")}
      width="narrow"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button
            tone="accent"
            isDisabled={isOwn && zone === null}
            onPress={() => {
              onSave(isOwn ? zone : null);
              onClose();
            }}
          >
            {t("common:save")}
          </Button>
        </>
      }
    >
      <RadioGroup
        label={t("zone.which")}
        options={[
          { id: "office", label: t("zone.office", { zone: zoneWords(office?.timeZone ?? "") }) },
          { id: "own", label: t("zone.own"), description: t("zone.ownNote") },
        ]}
        value={isOwn ? "own" : "office"}
        onChange={(chosen) => setOwn(chosen === "own")}
      />
      {isOwn && (
        <ComboBox
          key={options.length}
          label={t("zone.label")}
          options={options}
          value={zone}
          onChange={setZone}
        />
      )}
    </Dialog>
  );
}
