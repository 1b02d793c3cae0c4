// What callers hear: mailboxes, sounds, music, conference rooms, recordings, mail.
export type * from "./api";
