// From the story of a call to the way it took through a flow, and to a test that it goes this way again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FlaskConical, Play, Workflow } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { CallRow, CallStory } from "../../bindings/api";
import { Button } from "../../design";
import { useMay } from "../../live/session";
import { tellRefused } from "../../live/toasts";
import { dayAndTime } from "../../text/format";
import { scenarioOfCall } from "./scenario-deeds";
import "./replay-link.css";

export function ReplayLink({ story }: { story: CallStory }) {
  const { t } = useTranslation("flows");
  const may = useMay("admin");
  const { walk } = story;
  // A draft that was tried is not kept.
  if (!may || !walk || walk.revision === 0) return null;
  return (
    <div className="walk-links">
      <Link className="button" data-size="small" href={`/flows/${walk.flow}/calls/${story.call.id}`}>
        <Workflow size={15} strokeWidth={1.75} aria-hidden="true" />
        {t("replay.button")}
      </Link>
      <WalkDeeds flow={walk.flow} call={story.call} />
    </div>
  );
}

/** What can be made of a call that walked a flow. */
export function WalkDeeds(props: { flow: number; call: Pick<CallRow, "id" | "startedAt" | "from"> }) {
  const { flow, call } = props;
  const { t } = useTranslation("flows");
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const test = useMutation({
    mutationFn: () => {
      const when = dayAndTime(call.startedAt);
      const who = call.from.name || call.from.number;
      const name = who ? t("replay.testName", { when, who }) : t("replay.title", { when });
      return scenarioOfCall(queries, call.id, name.slice(0, 80));
    },
    onError: tellRefused,
  });
  return (
    <>
      <Button size="small" icon={FlaskConical} isDisabled={test.isPending} onPress={() => test.mutate()}>
        {t("replay.makeTest")}
      </Button>
      <Button size="small" icon={Play} onPress={() => navigate(`/flows/${flow}?try=${call.id}`)}>
        {t("replay.runOnDraft")}
      </Button>
    </>
  );
}
