// Asks whether those who came to a step go on to where it led.
import { useTranslation } from "react-i18next";
import { Button, Dialog } from "../../design";
import { nodeName } from "./catalogue";
import { remove } from "./deeds";
import { nodeOf } from "./document";
import { openDocument } from "./draft/store";
import { bridgeOver } from "./edits";
import { show, useView } from "./view";

export function RemoveDialog() {
  const { t } = useTranslation(["flows", "common"]);
  const removing = useView((view) => view.removing);
  const [id] = removing ?? [];
  const document = openDocument();
  const node = id === undefined ? undefined : nodeOf(document, id);
  const next = id === undefined ? null : bridgeOver(document, id);
  const target = next === null ? undefined : nodeOf(document, next);
  if (!removing || !node || !target) return null;
  const name = nodeName(node);
  return (
    <Dialog
      title={t("remove.title", { name })}
      isOpen
      onClose={() => show({ removing: null })}
      width="narrow"
      actions={
        <>
          <Button onPress={() => show({ removing: null })}>{t("common:cancel")}</Button>
          <Button onPress={() => remove(removing, false)}>{t("remove.plain")}</Button>
          <Button tone="accent" autoFocus onPress={() => remove(removing, true)}>
            {t("remove.bridge")}
          </Button>
        </>
      }
    >
      <p>{t("remove.body", { next: nodeName(target) })}</p>
    </Dialog>
  );
}
