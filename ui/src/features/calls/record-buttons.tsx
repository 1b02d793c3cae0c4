// Recording a call that goes on: begin, pause, end.
import { Circle, Disc, Pause, Play, Square } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { LiveCallView } from "../../bindings/api";
import { Button, IconButton } from "../../design";
import { api } from "../../live/api";
import { recordingOf } from "../../live/recorded";
import { tell, tellRefused } from "../../live/toasts";
import "./record-buttons.css";

type Action = Parameters<typeof api.recordCall>[1];

/** `isSmall` where many calls stand below each other. */
export function RecordButtons({ call, isSmall = false }: { call: LiveCallView; isSmall?: boolean }) {
  const { t } = useTranslation("recordings");
  const state = recordingOf(call);
  const act = (action: Action) => async () => {
    try {
      await api.recordCall(call.id, action);
      tell({ text: t(`live.told.${action}`) });
    } catch (error) {
      tellRefused(error);
    }
  };
  if (state === "off") {
    if (isSmall) {
      return <IconButton icon={Disc} label={t("live.start")} onPress={() => void act("start")()} />;
    }
    return (
      <Button size="small" icon={Disc} onPress={() => void act("start")()}>
        {t("live.start")}
      </Button>
    );
  }
  const isOn = state === "on";
  return (
    <span className="record-buttons">
      <RecordingSign call={call} />
      <IconButton
        icon={isOn ? Pause : Play}
        label={t(isOn ? "live.pause" : "live.resume")}
        onPress={() => void act(isOn ? "pause" : "resume")()}
      />
      <IconButton icon={Square} label={t("live.stop")} onPress={() => void act("stop")()} />
    </span>
  );
}

/** Says that a call is being recorded, wherever it is shown. */
export function RecordingSign({ call }: { call: LiveCallView }) {
  const { t } = useTranslation("recordings");
  const state = recordingOf(call);
  if (state === "off") return null;
  const words = t(state === "on" ? "live.on" : "live.paused");
  return (
    <span className="recording-sign" data-state={state} title={words}>
      <Circle size={10} fill={state === "on" ? "currentColor" : "none"} aria-hidden="true" />
      <span className="unseen">{words}</span>
    </span>
  );
}
