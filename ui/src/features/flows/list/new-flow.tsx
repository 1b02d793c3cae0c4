// A new flow: from a template that works from the start, or from nothing.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Dialog, Notice, TextField, Waiting } from "../../../design";
import { useRooms } from "../../../live/select";
import { useMay } from "../../../live/session";
import { fieldError, sentence } from "../../../text/refusal";
import { RoomDialog } from "../../rooms/room-dialog";
import { type FlowView, flowsApi, type Template } from "../api";
import { iconOf } from "../catalogue";
import { addFlow } from "./deeds";

export function NewFlowDialog(props: { onAdded: (flow: FlowView) => void; onClose: () => void }) {
  const { onAdded, onClose } = props;
  const { t } = useTranslation(["flows", "common"]);
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  return (
    <Dialog title={t("new.title")} isOpen onClose={onClose} width="wide">
      <TemplateCards
        name={name}
        number={number}
        onAdded={onAdded}
        above={(refusal) => (
          <div className="new-flow-fields">
            <TextField
              label={t("new.name")}
              placeholder={t("new.namePlaceholder")}
              value={name}
              onChange={setName}
              error={fieldError(refusal, "name")}
              maxLength={80}
              autoFocus
            />
            <TextField
              label={t("new.number")}
              description={t("new.numberNote")}
              value={number}
              onChange={setNumber}
              error={fieldError(refusal, "number")}
              maxLength={8}
            />
          </div>
        )}
      />
    </Dialog>
  );
}

/** The templates as cards: one press makes a flow of it. */
export function TemplateCards(props: {
  name?: string;
  number?: string;
  onAdded: (flow: FlowView) => void;
  above?: (refusal: unknown) => React.ReactNode;
}) {
  const { name = "", number = "", onAdded, above } = props;
  const { t } = useTranslation("flows");
  const queries = useQueryClient();
  const templates = useQuery({ queryKey: ["flows", "templates"], queryFn: flowsApi.templates });
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const hasRoom = useRooms().size > 0;
  const mayAddRoom = useMay("admin");
  const [roomFor, setRoomFor] = useState<Template | null>(null);
  const needsRoom = ({ document }: Template) =>
    !hasRoom && mayAddRoom && document.nodes.some(({ data }) => data.kind === "conference");
  const add = async (template: Template | null) => {
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      const suggested = template ? template.name : t("new.empty");
      onAdded(
        await addFlow(queries, {
          name: name.trim() || suggested,
          ...(number.trim() ? { number: number.trim() } : {}),
          ...(template ? { template: template.id } : {}),
        }),
      );
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  const isFieldError = fieldError(refusal, "name") ?? fieldError(refusal, "number");
  return (
    <>
      {above?.(refusal)}
      {refusal !== null && !(above && isFieldError) && (
        <Notice severity="problem">{isFieldError ?? sentence(refusal)}</Notice>
      )}
      {templates.isPending && <Waiting />}
      <ul className="template-cards" aria-label={t("new.templates")}>
        {(templates.data ?? []).map((template) => (
          <li key={template.id}>
            <Card
              name={template.name}
              sentence={template.sentence}
              kinds={template.document.nodes.map(({ data }) => data.kind)}
              isDisabled={busy}
              onPress={() => (needsRoom(template) ? setRoomFor(template) : void add(template))}
            />
          </li>
        ))}
        <li>
          <Card
            name={t("new.empty")}
            sentence={t("new.emptyNote")}
            kinds={["entry"]}
            isDisabled={busy}
            onPress={() => void add(null)}
          />
        </li>
      </ul>
      {roomFor && (
        <RoomDialog
          room={null}
          lead={t("new.needsRoom")}
          onAdded={() => void add(roomFor)}
          onClose={() => setRoomFor(null)}
        />
      )}
    </>
  );
}

const SIGNS = 5;

function Card(props: {
  name: string;
  sentence: string;
  kinds: readonly string[];
  isDisabled: boolean;
  onPress: () => void;
}) {
  const { name, sentence: words, kinds, isDisabled, onPress } = props;
  const signs = [...new Set(kinds)].slice(0, SIGNS);
  return (
    <AriaButton className="template-card" isDisabled={isDisabled} onPress={onPress}>
      <span className="template-name">{name}</span>
      <span className="template-sentence">{words}</span>
      <span className="template-signs" aria-hidden="true">
        {signs.map((kind, place) => {
          const Icon = iconOf(kind);
          return (
            <span key={kind}>
              {place > 0 && <ArrowRight size={11} strokeWidth={1.75} />}
              <Icon size={14} strokeWidth={1.75} />
            </span>
          );
        })}
      </span>
    </AriaButton>
  );
}
