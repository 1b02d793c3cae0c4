// Opening hours: all schedules, or one of them to edit.
import { useRoute } from "wouter";
import { useSchedule } from "../../live/select";
import { Editor } from "./editor";
import { ScheduleList } from "./schedule-list";
import "./hours.css";

export default function Hours() {
  const [, route] = useRoute("/hours/:schedule");
  const schedule = useSchedule(Number(route?.schedule ?? Number.NaN));
  return schedule ? <Editor key={schedule.id} schedule={schedule} /> : <ScheduleList />;
}
