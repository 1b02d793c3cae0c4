// What can be done with phones. Each step that can be taken back goes into the log.
import i18next from "i18next";
import type { DeviceAdd, DeviceView, DeviceWithLogin } from "../../bindings/api";
import { api } from "../../live/api";
import { tell, tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";

const t = i18next.getFixedT(null, "people");

/** Adds a phone; the answer holds its password, this one time. */
export async function addPhone(add: DeviceAdd): Promise<DeviceWithLogin> {
  let added: DeviceWithLogin | undefined;
  await perform({
    name: t("told.addedPhone", { label: add.label }),
    do: async () => {
      if (added) await api.restoreDevice(added.device.id);
      else added = await api.addDevice(add);
    },
    undo: async () => {
      if (added) await api.removeDevice(added.device.id);
    },
  });
  if (!added) throw new Error("the engine answered without the phone");
  return added;
}

export async function removePhone(device: DeviceView): Promise<void> {
  try {
    await perform({
      name: t("told.removedPhone", { label: device.label || device.user }),
      do: () => api.removeDevice(device.id),
      undo: () => api.restoreDevice(device.id),
    });
  } catch (error) {
    tellRefused(error);
  }
}

/** Lets a phone that was refused too often try again at once. */
export async function letTryAgain(attention: string): Promise<void> {
  await tried(api.forgiveAttention(attention), t("told.mayTryAgain"));
}

export async function dismiss(attention: string): Promise<void> {
  await tried(api.dismissAttention(attention));
}

async function tried(asked: Promise<unknown>, told?: string): Promise<void> {
  try {
    await asked;
    if (told) tell({ text: told });
  } catch (error) {
    tellRefused(error);
  }
}
