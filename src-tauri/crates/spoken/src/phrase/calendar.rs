//! Days, months and times of day.

use super::Phrase;

/// The days of the month as they are said in a date, first to thirty-first.
pub const DAYS: [Phrase; 31] = row! {
    "day-1", "on the first", "am ersten";
    "day-2", "on the second", "am zweiten";
    "day-3", "on the third", "am dritten";
    "day-4", "on the fourth", "am vierten";
    "day-5", "on the fifth", "am fünften";
    "day-6", "on the sixth", "am sechsten";
    "day-7", "on the seventh", "am siebten";
    "day-8", "on the eighth", "am achten";
    "day-9", "on the ninth", "am neunten";
    "day-10", "on the tenth", "am zehnten";
    "day-11", "on the eleventh", "am elften";
    "day-12", "on the twelfth", "am zwölften";
    "day-13", "on the thirteenth", "am dreizehnten";
    "day-14", "on the fourteenth", "am vierzehnten";
    "day-15", "on the fifteenth", "am fünfzehnten";
    "day-16", "on the sixteenth", "am sechzehnten";
    "day-17", "on the seventeenth", "am siebzehnten";
    "day-18", "on the eighteenth", "am achtzehnten";
    "day-19", "on the nineteenth", "am neunzehnten";
    "day-20", "on the twentieth", "am zwanzigsten";
    "day-21", "on the twenty-first", "am einundzwanzigsten";
    "day-22", "on the twenty-second", "am zweiundzwanzigsten";
    "day-23", "on the twenty-third", "am dreiundzwanzigsten";
    "day-24", "on the twenty-fourth", "am vierundzwanzigsten";
    "day-25", "on the twenty-fifth", "am fünfundzwanzigsten";
    "day-26", "on the twenty-sixth", "am sechsundzwanzigsten";
    "day-27", "on the twenty-seventh", "am siebenundzwanzigsten";
    "day-28", "on the twenty-eighth", "am achtundzwanzigsten";
    "day-29", "on the twenty-ninth", "am neunundzwanzigsten";
    "day-30", "on the thirtieth", "am dreißigsten";
    "day-31", "on the thirty-first", "am einunddreißigsten";
};

/// The months as they are said after a day, from January.
pub const MONTHS: [Phrase; 12] = row! {
    "month-1", "of January", "Januar";
    "month-2", "of February", "Februar";
    "month-3", "of March", "März";
    "month-4", "of April", "April";
    "month-5", "of May", "Mai";
    "month-6", "of June", "Juni";
    "month-7", "of July", "Juli";
    "month-8", "of August", "August";
    "month-9", "of September", "September";
    "month-10", "of October", "Oktober";
    "month-11", "of November", "November";
    "month-12", "of December", "Dezember";
};

/// The days of the week, from Monday.
pub const WEEKDAYS: [Phrase; 7] = row! {
    "weekday-1", "on Monday", "am Montag";
    "weekday-2", "on Tuesday", "am Dienstag";
    "weekday-3", "on Wednesday", "am Mittwoch";
    "weekday-4", "on Thursday", "am Donnerstag";
    "weekday-5", "on Friday", "am Freitag";
    "weekday-6", "on Saturday", "am Samstag";
    "weekday-7", "on Sunday", "am Sonntag";
};

/// The full hours from midnight; in German also what comes before the minutes.
pub const HOURS: [Phrase; 24] = row! {
    "hour-0", "midnight", "null Uhr";
    "hour-1", "one a.m", "ein Uhr";
    "hour-2", "two a.m", "zwei Uhr";
    "hour-3", "three a.m", "drei Uhr";
    "hour-4", "four a.m", "vier Uhr";
    "hour-5", "five a.m", "fünf Uhr";
    "hour-6", "six a.m", "sechs Uhr";
    "hour-7", "seven a.m", "sieben Uhr";
    "hour-8", "eight a.m", "acht Uhr";
    "hour-9", "nine a.m", "neun Uhr";
    "hour-10", "ten a.m", "zehn Uhr";
    "hour-11", "eleven a.m", "elf Uhr";
    "hour-12", "noon", "zwölf Uhr";
    "hour-13", "one p.m", "dreizehn Uhr";
    "hour-14", "two p.m", "vierzehn Uhr";
    "hour-15", "three p.m", "fünfzehn Uhr";
    "hour-16", "four p.m", "sechzehn Uhr";
    "hour-17", "five p.m", "siebzehn Uhr";
    "hour-18", "six p.m", "achtzehn Uhr";
    "hour-19", "seven p.m", "neunzehn Uhr";
    "hour-20", "eight p.m", "zwanzig Uhr";
    "hour-21", "nine p.m", "einundzwanzig Uhr";
    "hour-22", "ten p.m", "zweiundzwanzig Uhr";
    "hour-23", "eleven p.m", "dreiundzwanzig Uhr";
};

/// The minutes from 1 to 9 after an hour.
pub const MINUTES: [Phrase; 9] = row! {
    "minute-1", "oh one", "eins";
    "minute-2", "oh two", "zwei";
    "minute-3", "oh three", "drei";
    "minute-4", "oh four", "vier";
    "minute-5", "oh five", "fünf";
    "minute-6", "oh six", "sechs";
    "minute-7", "oh seven", "sieben";
    "minute-8", "oh eight", "acht";
    "minute-9", "oh nine", "neun";
};

phrases! {
    TODAY = "today", "today", "heute";
    YESTERDAY = "yesterday", "yesterday", "gestern";
    TOMORROW = "tomorrow", "tomorrow", "morgen";
    AT = "at", "at", "um";
    AM = "am", "a.m", "vormittags";
    PM = "pm", "p.m", "nachmittags";
}
