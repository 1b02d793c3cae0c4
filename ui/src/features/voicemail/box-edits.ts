// Saving a mailbox, one change at a time, with a way back.
import i18next from "i18next";
import type { MailboxEdit, MailboxView } from "../../bindings/sound";
import { api } from "../../live/api";
import { useLive } from "../../live/store";
import { perform } from "../../live/undo";

const t = i18next.getFixedT(null, "voicemail");

/** Throws what the engine refuses, such as a change by somebody else. */
export async function saveBox(box: MailboxView, change: Partial<MailboxEdit>): Promise<void> {
  const before = editOf(box);
  const back = Object.fromEntries(
    Object.keys(change).map((field) => [field, before[field as keyof MailboxEdit]]),
  ) as Partial<MailboxEdit>;
  const put = async (fields: Partial<MailboxEdit>) => {
    const now = latest(box);
    const saved = await api.editMailbox(now.id, now.revision, { ...editOf(now), ...fields });
    // The feed brings it as well; the next edit need not wait for that.
    if (saved && saved.revision > latest(box).revision) {
      useLive.setState(({ mailboxes }) => ({ mailboxes: new Map(mailboxes).set(saved.id, saved) }));
    }
  };
  await perform({
    name: t("told.boxChanged", { name: box.name }),
    do: () => put(change),
    undo: () => put(back),
  });
}

function latest(box: MailboxView): MailboxView {
  return useLive.getState().mailboxes.get(box.id) ?? box;
}

export function editOf(box: MailboxView): MailboxEdit {
  const { name, number, enabled, language, maxMessageSeconds, keepSavedDays } = box;
  const { quotaMessages, quotaSeconds, email, members, greetings } = box;
  const answering = { name, number, enabled, language, maxMessageSeconds, keepSavedDays };
  return { ...answering, quotaMessages, quotaSeconds, email, members, greetings };
}
