// Fields for dates and times, and the month they are chosen from.
import type { CalendarDate, DateValue } from "@internationalized/date";
import { Time } from "@internationalized/date";
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import {
  DatePicker as AriaDatePicker,
  TimeField as AriaTimeField,
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DateInput,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Label,
  Popover,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { FieldNotes, type FieldWords } from "./field";
import "./date-time.css";

type Words = FieldWords & {
  /** The label is for ears only, as in a row of times. */
  bare?: boolean;
};

/** A time of day, in minutes. What is half typed is told as nothing at all. */
export function TimeField(props: Words & { value: number; onChange: (minute: number) => void }) {
  const { label, description, error, bare = false, value, onChange } = props;
  return (
    <AriaTimeField
      className="field"
      value={new Time(Math.floor(value / 60) % 24, value % 60)}
      onChange={(time) => time && onChange(time.hour * 60 + time.minute)}
      validationBehavior="aria"
      isInvalid={error !== undefined}
      shouldForceLeadingZeros
      {...(bare ? { "aria-label": label } : {})}
    >
      {!bare && <Label>{label}</Label>}
      <DateInput className="field-box date-input">
        {(segment) => <DateSegment segment={segment} className="date-segment" />}
      </DateInput>
      <FieldNotes description={description} error={error} />
    </AriaTimeField>
  );
}

/** A date, typed or chosen from a month. */
export function DatePicker(
  props: Words & { value: CalendarDate | null; onChange: (date: CalendarDate) => void; minValue?: DateValue },
) {
  const { label, description, error, bare = false, value, onChange, minValue } = props;
  return (
    <AriaDatePicker
      className="field"
      value={value}
      onChange={(date) => date && onChange(date)}
      validationBehavior="aria"
      isInvalid={error !== undefined}
      {...(minValue ? { minValue } : {})}
      {...(bare ? { "aria-label": label } : {})}
    >
      {!bare && <Label>{label}</Label>}
      <Group className="field-box">
        <DateInput className="date-input">
          {(segment) => <DateSegment segment={segment} className="date-segment" />}
        </DateInput>
        <Button className="field-sign">
          <CalendarDays size={15} strokeWidth={1.75} aria-hidden="true" />
        </Button>
      </Group>
      <FieldNotes description={description} error={error} />
      <Popover className="popover" offset={4}>
        <Dialog className="calendar-dialog" aria-label={label}>
          <Calendar className="calendar">
            <Month />
          </Calendar>
        </Dialog>
      </Popover>
    </AriaDatePicker>
  );
}

/** A month inside a calendar, with the buttons that turn its pages. `mark` adds a sign to a day. */
export function Month({ mark }: { mark?: (date: CalendarDate) => React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <header className="calendar-header">
        <Heading />
        <Button
          slot="previous"
          className="button icon-button"
          data-tone="quiet"
          aria-label={t("previousMonth")}
        >
          <ChevronLeft size={16} strokeWidth={1.75} aria-hidden="true" />
        </Button>
        <Button slot="next" className="button icon-button" data-tone="quiet" aria-label={t("nextMonth")}>
          <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" />
        </Button>
      </header>
      <CalendarGrid weekdayStyle="short">
        <CalendarGridHeader>
          {(day) => <CalendarHeaderCell className="calendar-weekday">{day}</CalendarHeaderCell>}
        </CalendarGridHeader>
        <CalendarGridBody>
          {(date) => (
            <CalendarCell date={date} className="calendar-cell">
              {({ formattedDate }) => (
                <>
                  {formattedDate}
                  {mark?.(date)}
                </>
              )}
            </CalendarCell>
          )}
        </CalendarGridBody>
      </CalendarGrid>
    </>
  );
}
