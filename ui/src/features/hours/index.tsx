// Opening hours: all schedules, or one of them to edit.
import { useRoute } from "wouter";
import { useSchedule } from "../../live/select";
import { isReadable } from "./document";
import { Editor } from "./editor";
import { ScheduleList } from "./schedule-list";
import "./hours.css";

export default function Hours() {
  const [, route] = useRoute("/hours/:schedule");
  const schedule = useSchedule(Number(route?.schedule ?? Number.NaN));
  // One that cannot be read is listed with what is known of it, and can be removed.
  return isReadable(schedule) ? <Editor key={schedule.id} schedule={schedule} /> : <ScheduleList />;
}
