// The messages of a mailbox, page by page, and what can be done with one.
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useEffect, useMemo, useRef } from "react";
import type { PersonId } from "../../bindings/api";
import type { MailboxId, MailboxView, MessageEdit, MessageId, MessageView } from "../../bindings/sound";
import { api } from "../../live/api";
import { useLive } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { whoOf } from "./who";

const t = i18next.getFixedT(null, "voicemail");

/** Those that can be heard, or those that were deleted and can be brought back. */
export type Shown = "kept" | "deleted";
type State = MessageView["state"];
type Place = Partial<Record<State, string | null>>;
type Page = { messages: MessageView[]; next: Place | null };
type Pages = InfiniteData<Page, Place>;

const STATES: Record<Shown, readonly State[]> = { kept: ["new", "saved"], deleted: ["deleted"] };

export function useMessages(box: MailboxView, shown: Shown) {
  const queries = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: ["messages", box.id, shown],
    queryFn: ({ pageParam }) => nextPage(box.id, STATES[shown], pageParam),
    initialPageParam: {} as Place,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  // The feed tells that something came or was heard; which message it was is asked.
  const version = `${box.revision} ${box.new} ${box.saved} ${box.usedSeconds}`;
  const known = useRef(version);
  useEffect(() => {
    if (known.current === version) return;
    known.current = version;
    void queries.invalidateQueries({ queryKey: ["messages", box.id] });
  }, [version, box.id, queries]);

  const messages = useMemo(
    () => inOrder(query.data?.pages.flatMap((page) => page.messages) ?? [], shown),
    [query.data, shown],
  );
  return { ...query, messages };
}

async function nextPage(box: MailboxId, states: readonly State[], from: Place): Promise<Page> {
  const asked = states.filter((state) => from[state] !== null);
  const pages = await Promise.all(
    asked.map((state) => api.messages(box, { state, before: from[state] ?? undefined })),
  );
  const next: Place = { ...from };
  for (const [place, state] of asked.entries()) next[state] = pages[place]?.next ?? null;
  const hasMore = states.some((state) => next[state] !== null);
  return { messages: pages.flatMap((page) => page.messages), next: hasMore ? next : null };
}

/** The newest first, each once; what has meanwhile become another kind is left out. */
export function inOrder(messages: readonly MessageView[], shown: Shown): MessageView[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  return [...byId.values()]
    .filter((message) => STATES[shown].includes(message.state))
    .sort((a, b) => b.receivedAt - a.receivedAt || b.id - a.id);
}

/** What can be done with a message. Each tells what was done, or why not. */
export function useMessageDeeds() {
  const queries = useQueryClient();
  return useMemo(() => {
    const patch = (id: MessageId, change: Partial<MessageView>) =>
      queries.setQueriesData<Pages>({ queryKey: ["messages"] }, (old) => old && patched(old, id, change));
    const again = () => void queries.invalidateQueries({ queryKey: ["messages"] });
    const edit = async (id: MessageId, change: MessageEdit) => {
      await api.editMessage(id, change);
      patch(id, change);
    };
    const step = async (message: MessageView, told: string, change: MessageEdit, back: MessageEdit) => {
      try {
        await perform({
          name: told,
          do: () => edit(message.id, change),
          undo: () => edit(message.id, back),
        });
      } catch (error) {
        tellRefused(error);
      }
    };
    return {
      /** Once it was played: without a word. */
      heard: async (message: MessageView) => {
        if (message.state === "new") await edit(message.id, { state: "saved" }).catch(tellRefused);
      },
      save: (message: MessageView) => {
        const isNew = message.state === "new";
        return step(
          message,
          t(isNew ? "told.saved" : "told.markedNew", { who: whoOf(message.from) }),
          { state: isNew ? "saved" : "new" },
          { state: isNew ? "new" : "saved" },
        );
      },
      assign: (message: MessageView, person: PersonId | null) => {
        const name = useLive.getState().people.get(person ?? -1)?.name ?? "";
        const who = whoOf(message.from);
        return step(
          message,
          person === null ? t("told.unassigned", { who }) : t("told.assigned", { who, name }),
          { assignedTo: person },
          { assignedTo: message.assignedTo },
        );
      },
      note: (message: MessageView, note: string) =>
        step(message, t("told.noted", { who: whoOf(message.from) }), { note }, { note: message.note }),
      remove: async (message: MessageView) => {
        const { id } = message;
        const before = message.state === "new" ? "new" : "saved";
        try {
          await perform({
            name: t("told.removed", { who: whoOf(message.from) }),
            do: async () => {
              await api.removeMessage(id);
              patch(id, { state: "deleted" });
              again();
            },
            undo: async () => {
              await edit(id, { state: before });
              again();
            },
          });
        } catch (error) {
          tellRefused(error);
        }
      },
      bringBack: async (message: MessageView) => {
        const { id } = message;
        try {
          await perform({
            name: t("told.broughtBack", { who: whoOf(message.from) }),
            do: async () => {
              await edit(id, { state: "saved" });
              again();
            },
            undo: async () => {
              await api.removeMessage(id);
              patch(id, { state: "deleted" });
              again();
            },
          });
        } catch (error) {
          tellRefused(error);
        }
      },
      callBack: async (message: MessageView, person: PersonId) => {
        try {
          await api.callBack(message.id, { person });
          tell({ text: t("told.callingBack", { who: whoOf(message.from) }) });
        } catch (error) {
          tellRefused(error);
        }
      },
      /** Throws what the engine refuses. */
      forward: async (message: MessageView, mailboxes: MailboxId[]) => {
        await api.forwardMessage(message.id, { mailboxes });
        again();
        tell({ text: t("told.forwarded", { who: whoOf(message.from) }) });
      },
    };
  }, [queries]);
}

export type MessageDeeds = ReturnType<typeof useMessageDeeds>;

function patched(old: Pages, id: MessageId, change: Partial<MessageView>): Pages {
  const pages = old.pages.map((page) => ({
    ...page,
    messages: page.messages.map((message) => (message.id === id ? { ...message, ...change } : message)),
  }));
  return { ...old, pages };
}
