// From the story of a call to the way it took through a flow.
import { Workflow } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { CallStory } from "../../bindings/api";
import { useMay } from "../../live/session";

export function ReplayLink({ story }: { story: CallStory }) {
  const { t } = useTranslation("flows");
  const may = useMay("admin");
  const { walk } = story;
  // A draft that was tried is not kept.
  if (!may || !walk || walk.revision === 0) return null;
  return (
    <Link className="button" data-size="small" href={`/flows/${walk.flow}/calls/${story.call.id}`}>
      <Workflow size={15} strokeWidth={1.75} aria-hidden="true" />
      {t("replay.button")}
    </Link>
  );
}
