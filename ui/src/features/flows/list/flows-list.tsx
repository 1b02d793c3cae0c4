// The list of all flows: where they are dialled, what callers get, what is wrong with them.
import { useQueryClient } from "@tanstack/react-query";
import { FileInput, ListOrdered, Plus, UsersRound, Workflow } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearch } from "wouter";
import {
  Badge,
  Button,
  Cell,
  Column,
  EmptyState,
  Notice,
  Page,
  Row,
  Table,
  TableBody,
  TableHeader,
  Waiting,
} from "../../../design";
import { useNow } from "../../../live/clock";
import { count, moment } from "../../../text/format";
import { sentence } from "../../../text/refusal";
import { visible } from "../../calls/said";
import type { FlowView } from "../api";
import { hasForm } from "../forms";
import { GroupLine } from "../groups/group-line";
import { RingGroupDialog } from "../groups/ring-group-dialog";
import { ProblemCount } from "../problem-count";
import { QueueDialog } from "../queues/queue-dialog";
import { QueueLine, WhoWaits } from "../queues/queue-line";
import { importFlow, useFlows, useRefreshFlows } from "./deeds";
import { FlowMenu } from "./flow-menu";
import { NewFlowDialog, TemplateCards } from "./new-flow";
import { RenameFlowDialog } from "./rename-flow";
import "./flows-list.css";

/** `flow` is `null` for a new one. */
type OpenForm = { of: "group" | "queue"; flow: FlowView | null };

export function FlowsList() {
  const { t } = useTranslation(["flows", "common"]);
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const asksForNew = search.has("new");
  const asksForForm = search.has("newGroup") ? "group" : search.has("newQueue") ? "queue" : null;
  const flows = useFlows();
  const refresh = useRefreshFlows();
  const [adding, setAdding] = useState(false);
  const [form, setForm] = useState<OpenForm | null>(null);
  const [renaming, setRenaming] = useState<FlowView | null>(null);
  const file = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asksForForm) setForm({ of: asksForForm, flow: null });
    else if (asksForNew) setAdding(true);
    else return;
    navigate("/flows", { replace: true });
  }, [asksForNew, asksForForm, navigate]);
  const draw = (flow: FlowView) => navigate(`/flows/${flow.id}`);
  const change = (flow: FlowView) => setForm({ of: flow.queue ? "queue" : "group", flow });
  const open = (flow: FlowView) => (hasForm(flow) ? change(flow) : draw(flow));
  const byForm = (
    <>
      <Button icon={UsersRound} onPress={() => setForm({ of: "group", flow: null })}>
        {t("list.newGroup")}
      </Button>
      <Button icon={ListOrdered} onPress={() => setForm({ of: "queue", flow: null })}>
        {t("list.newQueue")}
      </Button>
    </>
  );
  const added = async (flow: FlowView) => {
    await refresh();
    draw(flow);
  };
  const list = [...(flows.data ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <Page
      title={t("title")}
      tools={
        <>
          <Button icon={FileInput} onPress={() => file.current?.click()}>
            {t("list.import")}
          </Button>
          {byForm}
          <Button tone="accent" icon={Plus} onPress={() => setAdding(true)}>
            {t("list.new")}
          </Button>
          <input
            ref={file}
            type="file"
            hidden
            accept=".json,application/json"
            aria-label={t("list.import")}
            onChange={async ({ target }) => {
              const [chosen] = target.files ?? [];
              target.value = "";
              const flow = chosen && (await importFlow(queries, chosen));
              if (flow) open(flow);
            }}
          />
        </>
      }
    >
      {flows.error && !flows.data ? (
        <div className="flows-notice">
          <Notice
            severity="problem"
            title={t("list.refused")}
            actions={<Button onPress={() => void flows.refetch()}>{t("common:retry")}</Button>}
          >
            {sentence(flows.error)}
          </Notice>
        </div>
      ) : !flows.data ? (
        <Waiting />
      ) : list.length === 0 ? (
        <div className="flows-empty">
          <EmptyState
            icon={Workflow}
            title={t("list.empty")}
            action={<div className="flows-by-form">{byForm}</div>}
          >
            {t("list.emptyBody")}
          </EmptyState>
          <TemplateCards onAdded={(flow) => void added(flow)} />
        </div>
      ) : (
        <Table
          label={t("title")}
          onRowAction={(id) => {
            const flow = list.find((one) => one.id === id);
            if (flow) open(flow);
          }}
        >
          <TableHeader>
            <Column isRowHeader>{t("list.name")}</Column>
            <Column>{t("list.number")}</Column>
            <Column>{t("list.live")}</Column>
            <Column>{t("list.problems")}</Column>
            <Column align="end">{t("list.calls")}</Column>
            <Column>
              <span className="unseen">{t("common:more")}</span>
            </Column>
          </TableHeader>
          <TableBody items={list}>
            {(flow) => (
              <Row id={flow.id} textValue={flow.name}>
                <Cell>
                  <span className="flow-name">
                    <bdi className="cut">{visible(flow.name)}</bdi>
                    {flow.ringGroup && <Badge>{t("groups.badge")}</Badge>}
                    {flow.queue && <Badge>{t("queues.badge")}</Badge>}
                    <WhoWaits flow={flow.id} />
                    {flow.draftDiffers && flow.live && <Badge tone="accent">{t("list.draft")}</Badge>}
                  </span>
                  {flow.ringGroup && <GroupLine group={flow.ringGroup} />}
                  {flow.queue && <QueueLine queue={flow.queue} />}
                </Cell>
                <Cell>
                  {flow.number ? (
                    <span className="number">{flow.number}</span>
                  ) : (
                    <span className="quiet">
                      {flow.usedBy.length > 0 ? usedBy(flow) : t("list.noNumber")}
                    </span>
                  )}
                </Cell>
                <Cell>
                  <LiveCell flow={flow} />
                </Cell>
                <Cell>
                  <ProblemCount errors={flow.errors} warnings={flow.warnings} />
                </Cell>
                <Cell align="end">{count(flow.callsToday)}</Cell>
                <Cell align="end">
                  <FlowMenu
                    flow={flow}
                    onRename={() => setRenaming(flow)}
                    onChange={() => change(flow)}
                    onDraw={() => draw(flow)}
                    onCopied={open}
                  />
                </Cell>
              </Row>
            )}
          </TableBody>
        </Table>
      )}
      {adding && <NewFlowDialog onAdded={(flow) => void added(flow)} onClose={() => setAdding(false)} />}
      {form?.of === "group" && <RingGroupDialog flow={form.flow} onClose={() => setForm(null)} />}
      {form?.of === "queue" && <QueueDialog flow={form.flow} onClose={() => setForm(null)} />}
      {renaming && (
        <RenameFlowDialog
          flow={renaming}
          onClose={() => {
            setRenaming(null);
            void refresh();
          }}
        />
      )}
    </Page>
  );
}

function usedBy(flow: FlowView): string {
  return flow.usedBy.map(({ name }) => visible(name)).join(", ");
}

function LiveCell({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const now = useNow(60_000);
  if (!flow.live) return <Badge tone="warning">{t("list.neverPublished")}</Badge>;
  return (
    <span className="flow-live" title={flow.live.message}>
      <span>{t("list.revision", { revision: flow.live.revision })}</span>
      <span className="quiet">{moment(flow.live.at, now)}</span>
    </span>
  );
}
