// Voicemail: the mailboxes at the left, the messages of one of them, and the one that is played below.
import { Settings2, Voicemail as Sign, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useRoute } from "wouter";
import type { MailboxView } from "../../bindings/sound";
import { Button, EmptyState, Page } from "../../design";
import { useLiveValue, useMailboxes } from "../../live/select";
import { useMay, useOwnPerson } from "../../live/session";
import { AddGroupDialog } from "./add-group";
import { BoxList } from "./box-list";
import { BoxSettings } from "./box-settings";
import { inOrder, newMessages } from "./boxes";
import { Inbox } from "./inbox";
import "./voicemail.css";

export default function Voicemail() {
  const { t } = useTranslation("voicemail");
  const own = useOwnPerson();
  const [, navigate] = useLocation();
  const [, route] = useRoute("/voicemail/:box?/:view?");
  const boxes = inOrder(useMailboxes().values(), own);
  const box = boxes.find(({ id }) => String(id) === route?.box) ?? boxes[0];
  const count = useLiveValue((live) => newMessages(live.mailboxes.values(), own));
  // New messages in the boxes of others are theirs, but there are some.
  const isNone = boxes.every((one) => one.new === 0);
  const mayManage = useMay("admin");
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={t("title")}
      subtitle={boxes.length > 0 && (count > 0 || isNone) && t("newCount", { count })}
      tools={
        mayManage && boxes.length > 0 && <Button onPress={() => setAdding(true)}>{t("addGroup")}</Button>
      }
    >
      {box ? (
        <div className="voicemail">
          <BoxList boxes={boxes} chosen={box.id} own={own} />
          <section className="voicemail-box" aria-label={box.name} data-region="">
            <BoxHead box={box} view={route?.view} />
            <BoxView key={box.id} box={box} view={route?.view} />
          </section>
        </div>
      ) : (
        <EmptyState
          icon={Sign}
          title={t("empty.noBox")}
          action={
            mayManage && (
              <Button tone="accent" onPress={() => setAdding(true)}>
                {t("addGroup")}
              </Button>
            )
          }
        >
          {t(mayManage ? "empty.noBoxBody" : "empty.noBoxStaff")}
        </EmptyState>
      )}
      {adding && (
        <AddGroupDialog
          onClose={() => setAdding(false)}
          onAdded={({ id }) => {
            setAdding(false);
            navigate(`/voicemail/${id}/settings`);
          }}
        />
      )}
    </Page>
  );
}

const VIEWS = [
  ["messages", "", Sign],
  ["deleted", "/deleted", Trash2],
  ["settings", "/settings", Settings2],
] as const;

function BoxHead({ box, view }: { box: MailboxView; view: string | undefined }) {
  const { t } = useTranslation("voicemail");
  return (
    <header className="voicemail-head">
      <h2 className="cut">
        <bdi>{box.name}</bdi>
        {box.number && <span className="quiet number"> {box.number}</span>}
      </h2>
      <nav className="view-links" aria-label={t("views.label")}>
        {VIEWS.map(([id, path, Icon]) => (
          <Link
            key={id}
            href={`/voicemail/${box.id}${path}`}
            aria-current={(view ?? "messages") === id ? "page" : undefined}
          >
            <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
            {t(`views.${id}`)}
          </Link>
        ))}
      </nav>
    </header>
  );
}

function BoxView({ box, view }: { box: MailboxView; view: string | undefined }) {
  if (view === "settings") return <BoxSettings box={box} />;
  return view === "deleted" ? (
    <Inbox key="deleted" box={box} shown="deleted" />
  ) : (
    <Inbox key="kept" box={box} shown="kept" />
  );
}
